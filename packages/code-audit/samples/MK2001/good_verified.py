import hashlib
import hmac
import os

import mlflow

EXPECTED = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"


def digest(path):
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def guarded(path):
    if digest(path) != EXPECTED:
        raise ValueError("tampered")
    return mlflow.sklearn.load_model(path)


def verify(path):
    if not hmac.compare_digest(digest(path), os.environ["MODEL_SHA256"]):
        raise PermissionError(path)


def by_helper(path):
    verify(path)
    return mlflow.sklearn.load_model(path)


def is_good(path):
    return hmac.compare_digest(digest(path), EXPECTED)


def by_question(path):
    if is_good(path):
        return mlflow.sklearn.load_model(path)
    raise PermissionError(path)
