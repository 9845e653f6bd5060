import hashlib
import os

import mlflow

PASSWORD = os.environ["DB_PASSWORD"]


def mask(value):
    return value[:2] + "***"


def logs(config, tokens):
    mlflow.log_param("max_tokens", 512)
    mlflow.log_param("num_tokens", len(tokens))
    mlflow.log_param("password", "***")
    mlflow.log_param("password_set", bool(PASSWORD))
    mlflow.log_param("password_sha256", hashlib.sha256(PASSWORD.encode()).hexdigest())
    mlflow.log_params({"lr": 0.1, "tokenizer": "bpe"})
    mlflow.set_tag("author", "me")
    mlflow.log_param("secret_name", "prod/db")
    mlflow.log_metric("token_count", 3)
    print("not mlflow", PASSWORD)
    mlflow.log_param("api_key", mask(os.environ["API_KEY"]))
    mlflow.log_param("region", os.environ["AWS_REGION"])
