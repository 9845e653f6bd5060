import os

password = os.environ["DB_PASSWORD"]
user = "admin"
role = "root"
kind = "password"
default = os.environ.get("DB_USER", "postgres")


def connect(user="admin", password=None):
    return user, password
