docker run -p 127.0.0.1:5000:5000 ghcr.io/mlflow/mlflow:v2.14.1 mlflow server --host 0.0.0.0
