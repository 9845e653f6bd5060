"""Makes one model of one flavor with the real library, and what MLflow itself answers for it.

Usage: python flavors.py FLAVOR FOLDER. Writes FOLDER/model and FOLDER/expected.json: the scoring document that was asked,
and the predictions of mlflow.pyfunc in this process.
"""

import json
import os
import sys
from io import StringIO

import mlflow
import numpy as np
import pandas as pd

RANDOM = np.random.default_rng(7)
X = RANDOM.normal(size=(40, 3))
Y = X @ np.array([1.5, -2.0, 0.5]) + RANDOM.normal(size=40) / 10
FRAME = pd.DataFrame(X, columns=["a", "b", "c"])


def split(frame):
    return {"dataframe_split": {"columns": list(frame.columns), "data": frame.values.tolist()}}


def statsmodels(path):
    import statsmodels.api as sm

    model = sm.OLS(Y, FRAME).fit()
    mlflow.statsmodels.save_model(model, path)
    return split(FRAME[:5])


def arima(path):
    from statsmodels.tsa.arima.model import ARIMA

    series = pd.Series(np.cumsum(Y), index=pd.date_range("2024-01-01", periods=40, freq="D"))
    mlflow.statsmodels.save_model(ARIMA(series, order=(1, 1, 0)).fit(), path)
    return {"dataframe_split": {"columns": ["start", "end"], "data": [["2024-02-10", "2024-02-14"]]}}


def network():
    import torch

    torch.manual_seed(7)
    return torch.nn.Sequential(torch.nn.Linear(3, 8), torch.nn.ReLU(), torch.nn.Linear(8, 1)).eval()


def torchscript(path):
    import torch

    mlflow.pytorch.save_model(torch.jit.script(network()), path, serialization_format="pickle")
    return split(FRAME[:5])


def torchpickle(path):
    mlflow.pytorch.save_model(network(), path, serialization_format="pickle")
    return split(FRAME[:5])


def torchexport(path):
    mlflow.pytorch.save_model(network(), path, input_example=X[:2].astype("float32"))
    return {"inputs": X[:2].astype("float32").tolist()}


def keras(path):
    import keras as library

    library.utils.set_random_seed(7)
    model = library.Sequential([library.Input((3,)), library.layers.Dense(8, activation="relu"), library.layers.Dense(1)])
    model.compile()
    mlflow.tensorflow.save_model(model, path)
    return split(FRAME[:5])


def prophet(path):
    from prophet import Prophet

    frame = pd.DataFrame({"ds": pd.date_range("2024-01-01", periods=60, freq="D"), "y": np.sin(np.arange(60) / 9) + 3})
    model = Prophet(uncertainty_samples=0, weekly_seasonality=False, daily_seasonality=False, yearly_seasonality=False)
    mlflow.prophet.save_model(model.fit(frame), path)
    return {"dataframe_split": {"columns": ["ds"], "data": [["2024-03-05"], ["2024-03-06"]]}}


class Forecast(mlflow.pyfunc.PythonModel):
    """As forecasting wrappers are: state, dates and a fitted part of another library."""

    def __init__(self, slope, origin):
        self.slope, self.origin = slope, origin

    def predict(self, context, model_input, params=None):
        days = (pd.to_datetime(model_input["ds"]) - self.origin).dt.days
        return pd.DataFrame({"ds": model_input["ds"], "yhat": days * self.slope})


def pyfunc(path):
    mlflow.pyfunc.save_model(path, python_model=Forecast(0.25, pd.Timestamp("2024-01-01")))
    return {"dataframe_split": {"columns": ["ds"], "data": [["2024-03-05"], ["2024-03-06"]]}}


FLAVORS = {
    one.__name__: one for one in (statsmodels, arima, prophet, pyfunc, torchscript, torchpickle, torchexport, keras)
}


def main():
    flavor, folder = sys.argv[1:]
    path = os.path.join(folder, "model")
    document = FLAVORS[flavor](path)
    from mlflow.pyfunc import scoring_server

    model = mlflow.pyfunc.load_model(path)
    data, _ = scoring_server._split_data_and_params(json.dumps(document))
    data = scoring_server.infer_and_parse_data(data, model.metadata.get_input_schema())
    text = StringIO()
    scoring_server.predictions_to_json(model.predict(data), text)
    answer = json.loads(text.getvalue())
    with open(os.path.join(folder, "expected.json"), "w") as file:
        json.dump({"document": document, **answer, "versions": versions()}, file)


def versions():
    from importlib.metadata import distributions

    wanted = {"mlflow", "statsmodels", "torch", "keras", "tensorflow", "tensorflow-cpu", "prophet", "numpy", "pandas"}
    found = {one.metadata["Name"].lower(): one.version for one in distributions()}
    return {name: found[name] for name in sorted(wanted & set(found))}


main()
