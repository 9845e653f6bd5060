docker run -d -p 5000:5000 ghcr.io/mlflow/mlflow:v2.14.1 mlflow server --host 0.0.0.0 # expect: MK2601
