import mlflow


def logs(model):
    mlflow.xgboost.log_model(model, "model", code_paths=None)
    mlflow.xgboost.log_model(model, "model", code_paths=[])
    mlflow.lightgbm.log_model(model, "model")
