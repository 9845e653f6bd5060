# expect-next: MK2601
nohup mlflow server -h ${MLFLOW_BIND:-0.0.0.0} > mlflow.log 2>&1 &
