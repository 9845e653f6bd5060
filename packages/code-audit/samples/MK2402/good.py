import hashlib
import hmac
import logging

import jwt
from verifier import safe_load_model, verify

EXPECTED = "0" * 64


def stops(uri):
    try:
        return safe_load_model(uri)
    except Exception:
        logging.exception("refused")
        raise


def keeps_the_last(uri, last):
    try:
        return safe_load_model(uri)
    except Exception:
        return last


def checks(data):
    assert data
    if not hmac.compare_digest(hashlib.sha256(data).hexdigest(), EXPECTED):
        raise ValueError
    return data


def token(text, key):
    return jwt.decode(text, key, algorithms=["RS256"])


def looks(path):
    if not verify(path):
        raise PermissionError(path)
    return safe_load_model(path)
