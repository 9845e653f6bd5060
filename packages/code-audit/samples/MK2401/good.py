import hashlib
import hmac
from abc import ABC, abstractmethod

from cryptography.hazmat.primitives.serialization import load_pem_public_key

TRUSTED = {"model.pkl": "0" * 64}


class Verifier(ABC):
    @abstractmethod
    def verify_signature(self, path):
        pass

    def verify_model(self, path):
        raise NotImplementedError


def digest_of(path):
    return hashlib.sha256(open(path, "rb").read()).hexdigest()


def verify_digest(path):
    expected = TRUSTED.get(path)
    if expected is None or not hmac.compare_digest(digest_of(path), expected):
        raise ValueError(path)


def verify_signature(key, signature, data):
    load_pem_public_key(key).verify(signature, data)


def cache_key(text):
    return hashlib.sha256(text.encode()).hexdigest()


def etag(data):
    digest = hashlib.sha256(data).hexdigest()
    print(digest)


def is_long(name):
    return "long" in name


def is_signed_up(user):
    return user.signed_up


def validate_input(data):
    return isinstance(data, dict)
