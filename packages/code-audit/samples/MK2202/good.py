import mlflow


def logs(path):
    mlflow.log_artifact("report.html")
    mlflow.log_artifact(".env.example")
    mlflow.log_artifacts("outputs")
    mlflow.log_artifact(path)
    mlflow.log_artifact("environment.yml")
    mlflow.log_artifact("keys.csv")
