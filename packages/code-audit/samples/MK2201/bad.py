import getpass
import os

import mlflow
from mlflow import MlflowClient, log_param

DB_PASSWORD = os.environ["DB_PASSWORD"]


def logs(client: MlflowClient, run_id, config):
    log_param("db_password", DB_PASSWORD)  # expect: MK2201
    mlflow.log_param("url", os.getenv("API_KEY"))  # expect: MK2201
    mlflow.log_params({"lr": 0.1, "api_key": config.key})  # expect: MK2201
    mlflow.set_tag("secret_key", config.secret)  # expect: MK2201
    mlflow.set_tags({"owner": "me", "aws_secret_access_key": config.aws})  # expect: MK2201
    mlflow.log_params(dict(os.environ))  # expect: MK2201
    mlflow.log_dict({"auth": {"access_token": config.token}}, "config.json")  # expect: MK2201
    mlflow.log_text(f"password={DB_PASSWORD}", "notes.txt")  # expect: MK2201
    client.log_param(run_id, "password", config.password)  # expect: MK2201
    client.set_tag(run_id, "token", getpass.getpass())  # expect: MK2201
    mlflow.log_dict(os.environ.copy(), "env.json")  # expect: MK2201
    mlflow.log_text(open(".env").read(), ".env")  # expect: MK2201
