import os

API_KEY = os.environ["API_KEY"]
API_KEY_NAME = "X-API-Key"
PASSWORD = ""
password = None
TOKEN = "<your-token>"
SECRET_KEY = "${SECRET_KEY}"
api_key = "YOUR_API_KEY"
password_field = "password_input"
token_url = "https://login.example.com/oauth/token"
pad_token = "[PAD]"
eos_token = "</s>"
tokenizer = "bert-base-uncased"
secret_name = "prod/database"
PASSWORD_ENV = "DB_PASSWORD"
key = "name"
keys = ["a", "b"]
DB_PASSWORD_KEY = "db_password"
password = os.getenv("PASSWORD")


def check(password: str = None, token="token"):
    return {"password": password, "type": "password"}


MESSAGE = "Enter your password to continue"
