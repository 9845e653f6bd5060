ssh mlops@host "mlflow server --host 0.0.0.0" # expect: MK2601
tmux new -d -s mlflow 'mlflow ui --host 0.0.0.0' # expect: MK2601
args=(--host 0.0.0.0 --port 5000)
mlflow server "${args[@]}" # expect: MK2601
while true; do mlflow server --host 0.0.0.0; sleep 1; done # expect: MK2601
