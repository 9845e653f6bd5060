import mlflow

mlflow.set_tracking_uri("https://ci:Xk29fkq1@mlflow.example.com")  # expect: MK2103
DATABASE = "postgresql://mlflow:Zq81mmPw@db.example.com/mlflow"  # expect: MK2103


def built(user, password):
    mlflow.set_tracking_uri(f"https://{user}:{password}@mlflow.example.com")  # expect: MK2103
