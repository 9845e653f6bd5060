mlflow server --host 127.0.0.1 --port 5000
mlflow ui
mlflow server --host localhost
python -m mlflow server
