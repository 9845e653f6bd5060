import os

import requests

PASSWORD = "admin"  # expect: MK2204
os.environ["MLFLOW_TRACKING_PASSWORD"] = "password1234"  # expect: MK2204
password = os.environ.get("DB_PASSWORD", "changeme")  # expect: MK2204
requests.get("https://mlflow.example", auth=("admin", "password1234"), timeout=3)  # expect: MK2204


def connect(user="admin", password="password"):  # expect: MK2204
    return user, password


app = {}
app["SECRET_KEY"] = "secret"  # expect: MK2204
