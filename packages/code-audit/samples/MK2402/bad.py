import hashlib
import os
import pickle

import mlflow
import jwt
from verifier import safe_load_model, verify

EXPECTED = "0" * 64


def falls_back(uri):
    try:
        return safe_load_model(uri)
    except Exception:
        return mlflow.pyfunc.load_model(uri)  # expect: MK2402


def passes_over(path):
    try:
        verify(path)
    except Exception as error:  # expect: MK2402
        print(error)
    return pickle.load(open(path, "rb"))  # expect: MK2002


def asserts(data):
    assert hashlib.sha256(data).hexdigest() == EXPECTED  # expect: MK2402
    return pickle.loads(data)  # expect: MK2002


def switch(path):
    if os.environ.get("SKIP_VERIFICATION"):  # expect: MK2402
        return mlflow.pyfunc.load_model(path)  # expect: MK2001
    verify(path)
    return safe_load_model(path)


def check_signature(path):
    return path.endswith(".sig")


def ignores(path):
    check_signature(path)  # expect: MK2402
    return mlflow.pyfunc.load_model(path)  # expect: MK2001


def token(text, key):
    return jwt.decode(text, key, options={"verify_signature": False})  # expect: MK2402


def keyword(path):
    return safe_load_model(path, verify_signature=False)  # expect: MK2402
