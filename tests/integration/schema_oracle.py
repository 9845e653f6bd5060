"""What MLflow makes of generated requests: python schema_oracle.py SEED COUNT, one JSON line a case on stdout.

Each line is {"signature": …, "kind": "json" | "csv", "text": …, "answer": {"ok": …} | {"error": …}}, where the
answer is what the scoring server hands to the model: mlflow/pyfunc/scoring_server `invocations`, then
`_validate_prediction_input`.
"""

import io
import json
import logging
import math
import random
import sys
import warnings

import numpy as np
import pandas as pd
from mlflow.models.signature import ModelSignature
from mlflow.pyfunc import _validate_prediction_input
from mlflow.pyfunc.scoring_server import _split_data_and_params, infer_and_parse_data

warnings.filterwarnings("ignore")
logging.disable(logging.WARNING)

SCALARS = ["boolean", "integer", "long", "float", "double", "string", "datetime", "binary"]
TENSORS = ["float64", "float32", "int64", "int32", "int8", "uint8", "bool", "object", "str"]
NAMES = ["a", "b", "c", "0", "1", "10", "é", "x y"]


def value(rng, kind):
    """A value that mostly fits a type, and sometimes does not."""
    if rng.random() < 0.08:
        kind = rng.choice(SCALARS)
    if rng.random() < 0.05:
        return None
    if kind == "boolean":
        return rng.choice([True, False, True, False, 0, 1, 2, "true", 1.0])
    if kind in ("integer", "long"):
        return rng.choice([0, 1, -3, 7, 2**31 - 1, 2**31, -(2**31) - 1, 2**53 + 1, 2**63, 2.5, "12", " 5 ", "x", True])
    if kind in ("float", "double"):
        return rng.choice([0, 1, 3, 0.5, -2.25, 1e308, 1e-320, 16777217, 2**53 + 2, float("nan"), float("inf"), "1.5", "1_0", "nan", "x", True, -0.0])
    if kind == "string":
        return rng.choice(["", "a", "b", "é", "12", "nan", "None", 5, 1.5, True])
    if kind == "datetime":
        return rng.choice(["2020-01-02", "2020-01-02T03:04:05", "2020-01-02 03:04:05.123456", "x", "2020-01-02T03:04:05Z", 5, "1677-01-01"])
    return rng.choice(["YWJj", "", "####", "é", 5])


def column(rng, rows, kind):
    if kind in ("integer", "long", "float", "double", "boolean") and rng.random() < 0.7:
        plain = {"boolean": [True, False], "integer": [0, 1, -3, 7], "long": [0, 1, -3, 7, 2**40], "float": [0.5, 1.5, -2.25, 3], "double": [0.5, 1e300, -2.25, 3]}[kind]
        return [rng.choice(plain) for _ in range(rows)]
    return [value(rng, kind) for _ in range(rows)]


def column_signature(rng):
    named = rng.random() < 0.85
    count = rng.randint(1, 4)
    names = rng.sample(NAMES, count)
    specs = []
    for name in names:
        spec = {"type": rng.choice(SCALARS[:6] * 3 + SCALARS[6:])}
        if rng.random() < 0.08:
            spec = {"type": "array", "items": {"type": rng.choice(SCALARS[:6])}}
        if named:
            spec["name"] = name
        spec["required"] = not (named and rng.random() < 0.25)
        specs.append(spec)
    return specs


def tensor_signature(rng):
    if rng.random() < 0.75:
        shape = [-1] + [rng.choice([2, 3, -1]) for _ in range(rng.randint(0, 2))]
        return [{"type": "tensor", "tensor-spec": {"dtype": rng.choice(TENSORS), "shape": shape}}]
    names = rng.sample(NAMES[:3], rng.randint(1, 2))
    return [{"type": "tensor", "name": name, "tensor-spec": {"dtype": rng.choice(TENSORS), "shape": [-1] + [2] * rng.randint(0, 1)}} for name in names]


def frame_document(rng, specs):
    rows = rng.choice([1, 1, 2, 3, 0])
    named = [s.get("name", NAMES[i]) for i, s in enumerate(specs)]
    columns = {}
    for name, spec in zip(named, specs):
        if rng.random() < 0.07:
            continue
        kind = spec["type"] if spec["type"] in SCALARS else "double"
        values = column(rng, rows, kind)
        if spec["type"] == "array":
            values = [column(rng, rng.randint(0, 3), spec["items"]["type"]) for _ in range(rows)]
        columns[name] = values
    if rng.random() < 0.2:
        columns[rng.choice(NAMES)] = column(rng, rows, rng.choice(SCALARS))
    names = list(columns)
    rng.shuffle(names)
    data = [[columns[name][row] for name in names] for row in range(rows)]
    form = rng.choice(["split", "split", "records", "instances", "inputs", "list", "bare"])
    if form == "split":
        return {"dataframe_split": {"columns": names, "data": data}}
    if form == "bare":
        return {"dataframe_split": {"data": data}}
    records = [{name: columns[name][row] for name in names if rng.random() > 0.03} for row in range(rows)]
    if form == "records":
        return {"dataframe_records": records}
    if form == "instances":
        return {"instances": records if rng.random() < 0.6 else data}
    if form == "inputs":
        return {"inputs": {name: columns[name] for name in names} if rng.random() < 0.6 else records}
    return {"inputs": data if rng.random() < 0.7 else [row[0] if row else 1 for row in data]}


def tensor_document(rng, specs):
    def nested(shape, dtype):
        if not shape:
            kind = {"object": "string", "str": "string", "bool": "boolean"}.get(dtype, "long" if "int" in dtype else "double")
            return value(rng, kind) if rng.random() < 0.1 else column(rng, 1, kind)[0]
        return [nested(shape[1:], dtype) for _ in range(shape[0])]

    def of(spec):
        shape = [rng.randint(1, 3) if n == -1 else n for n in spec["tensor-spec"]["shape"]]
        if rng.random() < 0.1:
            shape = shape + [2]
        return nested(shape, spec["tensor-spec"]["dtype"])

    if "name" in specs[0]:
        return {rng.choice(["inputs", "instances"]): {spec["name"]: of(spec) for spec in specs if rng.random() > 0.05}}
    if rng.random() < 0.3:
        width = rng.choice([2, 3])
        data = [[column(rng, 1, "double")[0] for _ in range(width)] for _ in range(rng.randint(1, 3))]
        return {"dataframe_split": {"columns": NAMES[:width], "data": data}}
    return {rng.choice(["inputs", "instances"]): of(specs[0])}


def params_schema(rng):
    if rng.random() < 0.7:
        return None
    kinds = {"boolean": [True, False], "integer": [1, 2], "long": [3], "float": [0.5], "double": [1.5], "string": ["a"]}
    specs = []
    for name in rng.sample(["p", "q", "r"], rng.randint(1, 3)):
        kind = rng.choice(list(kinds))
        is_list = rng.random() < 0.25
        default = rng.choice(kinds[kind])
        specs.append({"name": name, "type": kind, "default": [default] if is_list else default, "shape": [-1] if is_list else None})
    return specs


def params_document(rng, schema):
    if schema is None or rng.random() < 0.3:
        return None if rng.random() < 0.8 else {"z": 1}
    given = {}
    for spec in schema:
        if rng.random() < 0.3:
            continue
        one = value(rng, spec["type"])
        if one == 1.0 and isinstance(one, float):  # JavaScript's JSON does not tell 1.0 from 1
            one = 2
        given[spec["name"]] = [one] if (spec["shape"] is not None) != (rng.random() < 0.1) else one
    if rng.random() < 0.1:
        given["unknown"] = 1
    return given


def csv_text(rng, specs):
    names = [s.get("name", NAMES[i]) for i, s in enumerate(specs)]
    rows = rng.randint(0, 3)
    cells = [column(rng, rows, s["type"] if s["type"] in SCALARS else "double") for s in specs]
    frame = pd.DataFrame(dict(zip(names, cells)), columns=names, dtype=object)
    return frame.to_csv(index=False)


def shown(one):
    if one is None or one is pd.NaT or one is pd.NA:
        return None
    if isinstance(one, (list, tuple, np.ndarray)):
        return [shown(x) for x in one]
    if isinstance(one, dict):
        return {str(k): shown(v) for k, v in one.items()}
    if isinstance(one, np.generic):
        one = one.item() if not isinstance(one, np.datetime64) else one
    if isinstance(one, (np.datetime64, pd.Timestamp)):
        stamp = pd.Timestamp(one)
        return {"datetime": str(stamp.value)}
    if isinstance(one, bytes):
        return {"bytes": one.hex()}
    if isinstance(one, bool):
        return one
    if isinstance(one, int):
        return {"int": str(one)}
    if isinstance(one, float):
        return {"float": "nan" if math.isnan(one) else repr(one).replace("inf", "Infinity")}
    return one if isinstance(one, str) else {"other": type(one).__name__}


def described(data):
    if isinstance(data, pd.DataFrame):
        columns = [[str(name), str(data[name].dtype), [shown(v) for v in data[name].tolist()]] for name in data.columns]
        return {"frame": columns, "rows": len(data), "bare": all(isinstance(n, int) for n in data.columns)}
    if isinstance(data, dict):
        return {"tensors": {k: described(v) for k, v in data.items()}}
    if isinstance(data, np.ndarray):
        return {"tensor": [shown(v) for v in data.reshape(-1).tolist()] if data.dtype.kind != "M" else [shown(v) for v in data.reshape(-1)], "dtype": str(data.dtype), "shape": list(data.shape)}
    return {"other": type(data).__name__}


def answer(signature, kind, text):
    try:
        inputs, params_schema = signature.inputs, signature.params
        if kind == "csv":
            dtypes = dict(zip(inputs.input_names(), inputs.pandas_types()))
            data, params = pd.read_csv(io.StringIO(text), dtype=dtypes), None
        else:
            data, params = _split_data_and_params(text)
            data = infer_and_parse_data(data, inputs)
        data, params = _validate_prediction_input(data, params, inputs, params_schema, "mlflow.sklearn")
        return {"ok": described(data), "params": {k: shown(v) for k, v in (params or {}).items()}}
    except Exception as error:  # any error is a refusal: the server answers 4xx or 5xx
        return {"error": f"{type(error).__name__}: {error}"[:400]}


def main():
    seed, count = int(sys.argv[1]), int(sys.argv[2])
    rng = random.Random(seed)
    for _ in range(count):
        tensors = rng.random() < 0.25
        specs = tensor_signature(rng) if tensors else column_signature(rng)
        params = params_schema(rng)
        signature = {"inputs": json.dumps(specs), "params": json.dumps(params) if params else None, "outputs": None}
        csv = not tensors and "name" in specs[0] and all(s["type"] in SCALARS for s in specs) and rng.random() < 0.2
        if csv:
            kind, text = "csv", csv_text(rng, specs)
        else:
            document = tensor_document(rng, specs) if tensors else frame_document(rng, specs)
            given = params_document(rng, params)
            if given is not None:
                document["params"] = given
            kind, text = "json", json.dumps(document)
        made = ModelSignature.from_dict(signature)
        line = {"signature": signature, "kind": kind, "text": text, "answer": answer(made, kind, text)}
        print(json.dumps(line))


main()
