export MLFLOW_TRACKING_PASSWORD="$ADMIN_PASSWORD"
export POSTGRES_USER=mlflow
export POSTGRES_DB=mlflow
export POSTGRES_PASSWORD_FILE=/run/secrets/postgres
