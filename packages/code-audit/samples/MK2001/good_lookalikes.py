"""mlflow.pyfunc.load_model("models:/a/1") in a text is no call."""
import mlflow
import xgboost
from modelkeep import SecureMLflowLoader


class Registry:
    def load_model(self, uri):
        return uri


def load_model(uri):
    return uri


def fine():
    Registry().load_model("models:/a/1")
    load_model("models:/a/1")
    booster = xgboost.Booster()
    booster.load_model("model.json")
    # mlflow.pyfunc.load_model("models:/a/1")
    print("mlflow.pyfunc.load_model('models:/a/1')")
    mlflow.log_metric("a", 1)
    f = mlflow.pyfunc.load_model
    f = load_model
    f("models:/a/1")
    with SecureMLflowLoader() as loader:
        return loader.safe_load_model("models:/a/1")


class mlflow_like:
    class pyfunc:
        @staticmethod
        def load_model(uri):
            return uri


def shadowed(mlflow=mlflow_like):
    mlflow = mlflow_like
    return mlflow.pyfunc.load_model("models:/a/1")
