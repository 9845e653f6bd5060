export MLFLOW_TRACKING_PASSWORD="Tr4ck-the-Model!" # expect: MK2701
export AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY # expect: MK2701
curl -u deploy:Sup3r-s3cret https://mlflow.example.org/api/2.0/mlflow/experiments/search # expect: MK2701
curl -H "Authorization: Bearer 0a1b2c3d4e5f60718293a4b5c6d7e8f9" https://mlflow.example.org # expect: MK2701
mlflow server --backend-store-uri postgresql://tracker:Zx81-spectrum@db/mlflow # expect: MK2701
DATABRICKS_TOKEN=dapi0123456789abcdef0123456789abcdef mlflow experiments search # expect: MK2701
