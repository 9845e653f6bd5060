"""postgresql://mlflow:Zq81mmPw@db.example.com/mlflow"""
import os

import mlflow

mlflow.set_tracking_uri("https://mlflow.example.com")
DATABASE = f"postgresql://{os.environ['DB_USER']}:{os.environ['DB_PASSWORD']}@db/mlflow"
TEMPLATE = "postgresql://user:<password>@host/db"
EMAIL = "mailto:someone@example.com"
SSH = "git+ssh://git@github.com/owner/repo"
