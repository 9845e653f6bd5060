mlflow server --default-artifact-root s3://models/mlflow
mlflow server --default-artifact-root ./mlruns
mlflow server --artifacts-destination /srv/mlflow/artifacts
mlflow server --default-artifact-root mlflow-artifacts:/
