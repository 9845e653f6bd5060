"""Runs inside a cage: loads one MLflow model folder and answers requests about it.

The cage is shut before `serve` is called. What the model prints goes to its output, which never carries frames.
"""

import resource

from _modelkeep_wire import BadInput, Parts, Unsendable, decode, encode, read_frame, write_frame

MODEL_FOLDER = "/model"
MAX_MESSAGE = 4000
METHODS = (
    "predict",
    "predict_proba",
    "predict_log_proba",
    "decision_function",
    "transform",
    "score_samples",
    "kneighbors",
)


def set_limits(limits, processes=True):
    """`processes`: false where the count would be shared with all of this user's processes; something else limits them."""

    def fix(which, value):
        # Never above what holds already: only root could.
        hard = resource.getrlimit(which)[1]
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(which, (value, value))

    fix(resource.RLIMIT_CORE, 0)
    fix(resource.RLIMIT_AS, limits["memoryBytes"])
    fix(resource.RLIMIT_CPU, limits["cpuSeconds"])
    fix(resource.RLIMIT_FSIZE, limits["fileBytes"])
    fix(resource.RLIMIT_NOFILE, limits["openFiles"])
    if processes:
        fix(resource.RLIMIT_NPROC, limits["threads"])
    fix(resource.RLIMIT_MEMLOCK, 1 << 16)
    for which, value in ((resource.RLIMIT_MSGQUEUE, 0), (resource.RLIMIT_SIGPENDING, 1024)):
        try:
            fix(which, value)
        except ValueError:
            # gVisor has neither limit, nor what it would limit.
            if processes:
                raise


def reseed():
    """Forked workers would share the state of NumPy's random numbers; Python reseeds its own."""
    import os
    import sys

    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed(int.from_bytes(os.urandom(4), "little"))


def load(model_folder):
    import mlflow.pyfunc

    model = mlflow.pyfunc.load_model(model_folder)
    implementation = model._model_impl
    raw = getattr(implementation, "sklearn_model", None)
    if raw is None and hasattr(implementation, "get_raw_model"):
        raw = implementation.get_raw_model()
    methods = [name for name in METHODS if callable(getattr(raw, name, None))] if raw is not None else []
    return model, raw, methods or ["predict"]


def call(model, data, params):
    return model.predict(data, params=params) if params else model.predict(data)


def predict(model, request, payload, parts):
    from io import StringIO

    from mlflow.exceptions import MlflowException
    from mlflow.pyfunc import scoring_server

    schema = model.metadata.get_input_schema()
    try:
        if "value" in request:
            return {"value": encode(call(model, decode(request["value"], payload), request.get("params")), parts)}
        if "csv" in request:
            data, params = scoring_server.parse_csv_input(StringIO(request["csv"]), schema), None
        else:
            data, params = scoring_server._split_data_and_params(request["document"])
            data = scoring_server.infer_and_parse_data(data, schema)
        result = call(model, data, request.get("params", params))
    except MlflowException as error:
        raise BadInput(error.message) from error
    text = StringIO()
    scoring_server.predictions_to_json(result, text)
    return {"text": text.getvalue()}


def invoke(raw, methods, request, payload, parts):
    if raw is None or request["method"] not in methods:
        raise BadInput("the model has no method " + str(request["method"]))
    result = getattr(raw, request["method"])(decode(request["value"], payload))
    if isinstance(result, tuple):
        result = list(result)
    return {"value": encode(result, parts)}


def answer(state, request, payload, parts):
    operation = request["op"]
    if operation == "load":
        state["model"], state["raw"], state["methods"] = load(state["folder"])
        kind = type(state["raw"] if state["raw"] is not None else state["model"])
        return {"methods": state["methods"], "className": kind.__module__ + "." + kind.__qualname__}
    if operation == "predict":
        return predict(state["model"], request, payload, parts)
    if operation == "invoke":
        return invoke(state["raw"], state["methods"], request, payload, parts)
    raise BadInput("unknown operation " + str(operation))


def reply(descriptor, state, request, payload):
    identity = {"id": request["id"]}
    parts = Parts()
    try:
        message = {**identity, "ok": True, **answer(state, request, payload, parts)}
    except (BadInput, Unsendable) as error:
        kind = "bad-input" if isinstance(error, BadInput) else "model-error"
        return write_frame(descriptor, {**identity, "ok": False, "kind": kind, "message": str(error)[:MAX_MESSAGE]})
    except BaseException as error:  # a model may raise anything, SystemExit and MemoryError included
        message = type(error).__name__ + ": " + str(error)[:MAX_MESSAGE]
        return write_frame(descriptor, {**identity, "ok": False, "kind": "model-error", "message": message})
    return write_frame(descriptor, message, parts)


def serve(requests, answers, folder=MODEL_FOLDER):
    """Answers requests until the other side closes."""
    state = {"folder": folder}
    while True:
        request, payload = read_frame(requests)
        reply(answers, state, request, payload)
