mlflow server --app-name basic-auth --host 0.0.0.0 --port 5000
mlflow server --host 0.0.0.0 --app-name=oidc-auth
