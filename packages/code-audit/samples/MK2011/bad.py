import mlflow


def logs(model):
    mlflow.sklearn.log_model(model, "model", serialization_format="skops", code_paths=["src"])  # expect: MK2011
    mlflow.pyfunc.log_model("model", python_model="model.py")  # expect: MK2011
    mlflow.pyfunc.save_model("folder", loader_module="loader", data_path="data")  # expect: MK2011
    mlflow.models.set_model(model)  # expect: MK2011
    mlflow.langchain.log_model(lc_model="chain.py", name="chain")  # expect: MK2011
