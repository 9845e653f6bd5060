"""Runs inside the sandbox: loads one MLflow model folder and answers requests about it.

Frames on descriptor 3 (requests) and 4 (answers): four bytes of length, big-endian, then JSON. The limits come with
the first frame and are set before anything of the model is touched. What the model prints goes to stdout and stderr,
which never carry frames.
"""

import base64
import json
import os
import resource
import struct
import sys

REQUESTS = 3
ANSWERS = 4
MODEL_FOLDER = "/model"
METHODS = (
    "predict",
    "predict_proba",
    "predict_log_proba",
    "decision_function",
    "transform",
    "score_samples",
)
NUMERIC = {
    "float64", "float32", "int64", "int32", "int16", "int8", "uint64", "uint32", "uint16", "uint8", "bool",
}


class BadInput(Exception):
    """The request does not fit the model's signature."""


def read_exactly(count):
    pieces = []
    while count > 0:
        piece = os.read(REQUESTS, min(count, 1 << 20))
        if not piece:
            # The other side has gone: so does this one.
            os._exit(0)
        pieces.append(piece)
        count -= len(piece)
    return b"".join(pieces)


def read_request():
    (length,) = struct.unpack(">I", read_exactly(4))
    return json.loads(read_exactly(length))


def write_answer(answer):
    body = json.dumps(answer, allow_nan=False).encode("utf-8")
    frame = struct.pack(">I", len(body)) + body
    view = memoryview(frame)
    while view:
        view = view[os.write(ANSWERS, view):]


def set_limits(limits):
    def fix(which, value):
        resource.setrlimit(which, (value, value))

    fix(resource.RLIMIT_CORE, 0)
    fix(resource.RLIMIT_AS, limits["memoryBytes"])
    fix(resource.RLIMIT_CPU, limits["cpuSeconds"])
    fix(resource.RLIMIT_FSIZE, limits["fileBytes"])
    fix(resource.RLIMIT_NOFILE, limits["openFiles"])
    fix(resource.RLIMIT_NPROC, limits["threads"])


def scalar(value):
    """One element as JSON has it: a missing value is null."""
    if hasattr(value, "item"):
        value = value.item()
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float):
        return value if value == value and abs(value) != float("inf") else None
    if value != value:
        return None
    return str(value)


def encode_data(array):
    name = array.dtype.name
    if name in NUMERIC:
        little = array.astype(array.dtype.newbyteorder("<"), copy=False)
        return {"dtype": name, "b64": base64.b64encode(little.tobytes()).decode("ascii")}
    kind = "str" if array.dtype.kind == "U" else "object"
    return {"dtype": kind, "items": [scalar(value) for value in array.ravel().tolist()]}


def encode(value):
    import numpy
    import pandas

    if isinstance(value, pandas.DataFrame):
        columns = [[str(name), encode_data(value[name].to_numpy())] for name in value.columns]
        return {"kind": "frame", "columns": columns}
    if isinstance(value, pandas.Series):
        value = value.to_numpy()
    if hasattr(value, "tocsr"):
        matrix = value.tocsr()
        return {
            "kind": "csr",
            "shape": list(matrix.shape),
            "indptr": encode_data(matrix.indptr.astype("int64")),
            "indices": encode_data(matrix.indices.astype("int64")),
            "data": encode_data(matrix.data),
        }
    array = value if isinstance(value, numpy.ndarray) else numpy.asarray(value)
    return {"kind": "tensor", "shape": list(array.shape), **encode_data(array)}


def decode_data(data):
    import numpy

    dtype = data["dtype"]
    if "b64" in data:
        raw = numpy.frombuffer(base64.b64decode(data["b64"]), dtype=numpy.dtype(dtype).newbyteorder("<"))
        return raw.astype(numpy.dtype(dtype))
    items = data["items"]
    if dtype == "str":
        return numpy.array(items, dtype=str)
    if dtype == "":
        return numpy.array(items)
    array = numpy.empty(len(items), dtype=object)
    array[:] = items
    return array


def decode(value):
    import pandas

    kind = value["kind"]
    if kind == "tensor":
        return decode_data(value).reshape(value["shape"])
    if kind == "frame":
        return pandas.DataFrame({name: decode_data(data) for name, data in value["columns"]})
    if kind == "csr":
        from scipy.sparse import csr_matrix

        parts = (decode_data(value["data"]), decode_data(value["indices"]), decode_data(value["indptr"]))
        return csr_matrix(parts, shape=value["shape"])
    items = value["items"]
    return pandas.DataFrame(items) if items and isinstance(items[0], dict) else items


def load():
    import mlflow.pyfunc

    model = mlflow.pyfunc.load_model(MODEL_FOLDER)
    implementation = model._model_impl
    raw = getattr(implementation, "sklearn_model", None)
    if raw is None and hasattr(implementation, "get_raw_model"):
        raw = implementation.get_raw_model()
    methods = [name for name in METHODS if callable(getattr(raw, name, None))] if raw is not None else []
    return model, raw, methods or ["predict"]


def predict(model, request):
    from io import StringIO

    from mlflow.exceptions import MlflowException
    from mlflow.pyfunc import scoring_server

    schema = model.metadata.get_input_schema()
    try:
        if "value" in request:
            return {"value": encode(model.predict(decode(request["value"]), params=request.get("params")))}
        if "csv" in request:
            data, params = scoring_server.parse_csv_input(StringIO(request["csv"]), schema), None
        else:
            data, params = scoring_server._split_data_and_params(request["document"])
            data = scoring_server.infer_and_parse_data(data, schema)
        params = request.get("params", params)
        result = model.predict(data, params=params) if params else model.predict(data)
    except MlflowException as error:
        raise BadInput(error.message) from error
    text = StringIO()
    scoring_server.predictions_to_json(result, text)
    return {"text": text.getvalue()}


def invoke(raw, methods, request):
    if raw is None or request["method"] not in methods:
        raise BadInput("the model has no method " + str(request["method"]))
    return {"value": encode(getattr(raw, request["method"])(decode(request["value"])))}


def answer(state, request):
    operation = request["op"]
    if operation == "load":
        state["model"], state["raw"], state["methods"] = load()
        kind = type(state["raw"] if state["raw"] is not None else state["model"])
        return {"methods": state["methods"], "className": kind.__module__ + "." + kind.__qualname__}
    if operation == "predict":
        return predict(state["model"], request)
    if operation == "invoke":
        return invoke(state["raw"], state["methods"], request)
    raise BadInput("unknown operation " + str(operation))


def main():
    first = read_request()
    set_limits(first["limits"])
    for name in first.get("preload", []):
        # What the managed environment lacks is told when the model needs it.
        try:
            __import__(name)
        except ImportError as error:
            sys.stderr.write("not preloaded: " + str(error) + "\n")
    write_answer({"id": first["id"], "ok": True})
    state = {}
    while True:
        request = read_request()
        try:
            write_answer({"id": request["id"], "ok": True, **answer(state, request)})
        except BadInput as error:
            write_answer({"id": request["id"], "ok": False, "kind": "bad-input", "message": str(error)[:4000]})
        except BaseException as error:  # a model may raise anything, SystemExit and MemoryError included
            message = type(error).__name__ + ": " + str(error)[:4000]
            write_answer({"id": request["id"], "ok": False, "kind": "model-error", "message": message})


if __name__ == "__main__":
    main()
