import os

import requests

API_KEY = "9fK2mQ7xT4vB1nZ8"  # expect: MK2203
DB_PASSWORD = "tr0ub4dor&3"  # expect: MK2203
aws = {"aws_secret_access_key": "wJalrXUtnFEMI/K7MDENG/bPxRfiCY9tRq2LmZoP"}  # expect: MK2203
GITHUB = "ghp_aB3dE5gH7jK9mN1pQ3sT5vW7yZ9bC1dE3fG5"  # expect: MK2203


class Settings:
    mlflow_tracking_password = "Sup3r-S3cret!"  # expect: MK2203

    def __init__(self):
        self.client_secret = "q8Zr2LmV0xKp4TnB"  # expect: MK2203


def connect(password="n0t-so-gooD"):  # expect: MK2203
    return requests.get("https://x.example", auth=("ci", "Xk29-fkq1"), timeout=3)  # expect: MK2203


os.environ["MLFLOW_TRACKING_PASSWORD"] = "h0rse-battery"  # expect: MK2203
login = connect(password="corr3ct-staple")  # expect: MK2203
SECRET = os.getenv("JWT_SECRET", "f3b9c1d7e5a84402")  # expect: MK2203
