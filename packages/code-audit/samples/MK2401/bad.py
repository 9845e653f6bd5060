import hashlib
import hmac
import pickle


def verify_signature(path):  # expect: MK2401
    """Checks the signature."""
    return True


def verify_model(path):  # expect: MK2401
    print("verified", path)


def compares_with_nothing(path):
    data = open(path, "rb").read()
    digest = hashlib.sha256(data).hexdigest()  # expect: MK2401
    print(f"sha256: {digest}")
    return pickle.loads(data)  # expect: MK2002


def is_signed(path):
    return "signed" in path  # expect: MK2401


def beside(path):
    data = open(path, "rb").read()
    expected = open(path + ".sha256").read().strip()
    if hashlib.sha256(data).hexdigest() != expected:  # expect: MK2401
        raise ValueError(path)
    return pickle.loads(data)  # expect: MK2002


def itself(data):
    digest = hashlib.sha256(data).hexdigest()
    if digest != hashlib.sha256(data).hexdigest():  # expect: MK2401
        raise ValueError
    return pickle.loads(data)  # expect: MK2002


def of_the_name(path, expected):
    if hashlib.md5(path.encode()).hexdigest() == expected:  # expect: MK2401
        return pickle.load(open(path, "rb"))  # expect: MK2002
