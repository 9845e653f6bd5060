export MLFLOW_TRACKING_URI=http://mlflow.example.org:5000 # expect: MK2705
MLFLOW_TRACKING_URI="http://10.20.30.40:5000" python train.py # expect: MK2705
export MLFLOW_S3_ENDPOINT_URL=http://minio.corp.example:9000 # expect: MK2705
