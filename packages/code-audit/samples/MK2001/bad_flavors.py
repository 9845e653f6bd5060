import mlflow
import mlflow.sklearn as sk
from mlflow import pyfunc
from mlflow.pytorch import load_model as load_torch


def all_of_them(spark):
    mlflow.pyfunc.load_model("models:/football/1")  # expect: MK2001
    sk.load_model("runs:/abc/model")  # expect: MK2001
    pyfunc.load_model(model_uri="models:/football@champion")  # expect: MK2001
    load_torch("models:/football/1")  # expect: MK2001
    mlflow.transformers.load_model("models:/t/1")  # expect: MK2001
    mlflow.pyfunc.spark_udf(spark, "models:/football/1")  # expect: MK2001
    mlflow.models.predict(model_uri="models:/football/1", input_data="x")  # expect: MK2001
    mlflow.sklearn._load_model_from_local_file("m", "cloudpickle")  # expect: MK2001
    mlflow.evaluate("models:/football/1", None)  # expect: MK2001
