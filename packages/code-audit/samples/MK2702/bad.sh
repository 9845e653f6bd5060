export MLFLOW_TRACKING_USERNAME=admin
export MLFLOW_TRACKING_PASSWORD=password1234 # expect: MK2702
curl -u admin:password1234 http://127.0.0.1:5000/api/2.0/mlflow/users/list # expect: MK2702
MINIO_ROOT_USER=minioadmin MINIO_ROOT_PASSWORD=minioadmin minio server /data # expect: MK2702
mlflow server --backend-store-uri postgresql://mlflow:mlflow@localhost/mlflow # expect: MK2702
