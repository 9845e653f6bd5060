bash -c "mlflow server --host 0.0.0.0" # expect: MK2601
