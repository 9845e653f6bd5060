export MLFLOW_TRACKING_PASSWORD="$(vault kv get -field=password secret/mlflow)"
export MLFLOW_TRACKING_TOKEN="${MLFLOW_TOKEN:?set it}"
export TOKENIZERS_PARALLELISM=false
export MLFLOW_TRACKING_USERNAME=deploy
export PASSWORD_FILE=/run/secrets/mlflow
curl -u "$USER:$PASS" https://mlflow.example.org
mlflow server --backend-store-uri "postgresql://${DB_USER}:${DB_PASS}@db/mlflow"
echo "usage: MLFLOW_TRACKING_PASSWORD=<your password> $0"
