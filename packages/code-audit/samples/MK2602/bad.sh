mlflow server --host 127.0.0.1 --allowed-hosts "*" # expect: MK2602
mlflow server --cors-allowed-origins='*' # expect: MK2602
mlflow server --disable-security-middleware # expect: MK2602
export MLFLOW_SERVER_ALLOWED_HOSTS='*' # expect: MK2602
