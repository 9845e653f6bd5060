import mlflow


def logs(model, logger):
    mlflow.sklearn.log_model(model, "model", serialization_format="skops")
    mlflow.xgboost.log_model(model, "model")
    mlflow.onnx.log_model(model, "model")
    mlflow.log_artifact("report.html")
    mlflow.log_metric("accuracy", 0.9)
    logger.log_model(model)
