OPTS="--host 0.0.0.0 --port 5000"
if [ -f mlflow.db ]; then
  mlflow server $OPTS # expect: MK2601
fi
