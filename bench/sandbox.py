"""What bench/sandbox.mjs measures, with mlflow.pyfunc in this process: cold start, one row, many rows, a document."""

import json
import sys
import time

start = time.perf_counter()
import mlflow.pyfunc  # noqa: E402

model = mlflow.pyfunc.load_model(sys.argv[1])
cold = time.perf_counter() - start

import numpy  # noqa: E402
from io import StringIO  # noqa: E402
from mlflow.pyfunc import scoring_server  # noqa: E402

raw = model._model_impl.sklearn_model
schema = model.metadata.get_input_schema()
columns = [spec.name for spec in schema.inputs]
document = json.dumps({"dataframe_split": {"columns": columns, "data": [[5, 3, 1.5, 0.2]]}})


def score():
    data, _ = scoring_server._split_data_and_params(document)
    scoring_server.predictions_to_json(model.predict(scoring_server.infer_and_parse_data(data, schema)), StringIO())


def median(count, work):
    times = []
    for _ in range(count):
        begin = time.perf_counter()
        work()
        times.append(time.perf_counter() - begin)
    return sorted(times)[len(times) // 2] * 1000


rounds = int(sys.argv[2])
one, many = (numpy.resize(numpy.arange(7.0), (rows, 4)) for rows in (1, 10000))
print(
    json.dumps(
        {
            "cold": cold * 1000,
            "one": median(rounds, lambda: raw.predict_proba(one)),
            "many": median(20, lambda: raw.predict_proba(many)),
            "scored": median(rounds, score),
        }
    )
)
