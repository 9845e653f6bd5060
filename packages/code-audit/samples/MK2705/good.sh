export MLFLOW_TRACKING_URI=https://mlflow.example.org
export MLFLOW_TRACKING_URI=http://localhost:5000
export MLFLOW_TRACKING_URI=http://127.0.0.1:5000
export MLFLOW_TRACKING_URI=http://mlflow:5000
export MLFLOW_TRACKING_URI=sqlite:///mlflow.db
curl http://example.org/readme.txt
