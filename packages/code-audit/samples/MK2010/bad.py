import mlflow
import mlflow.sklearn
from mlflow import MlflowClient
from mlflow.pyfunc import PythonModel, log_model


class Model(PythonModel):
    def predict(self, context, model_input):
        return model_input


def logs(model, run_id):
    mlflow.sklearn.log_model(model, "model")  # expect: MK2010
    mlflow.sklearn.log_model(model, name="m", serialization_format="cloudpickle")  # expect: MK2010
    mlflow.sklearn.save_model(model, "folder", serialization_format=mlflow.sklearn.SERIALIZATION_FORMAT_PICKLE)  # expect: MK2010
    log_model("model", python_model=Model())  # expect: MK2010
    mlflow.pytorch.log_model(model, "model")  # expect: MK2010
    mlflow.log_artifact("model.pkl")  # expect: MK2010
    MlflowClient().log_artifact(run_id, "out/model.joblib")  # expect: MK2010
