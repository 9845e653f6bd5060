export MLFLOW_HOST=0.0.0.0
mlflow server --serve-artifacts # expect: MK2601
