mlflow server --allowed-hosts "mlflow.example.org,*.example.org"
mlflow server --cors-allowed-origins https://mlflow.example.org
