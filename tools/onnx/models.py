"""Saves ONNX models with MLflow and writes what its scoring server answers: `python tools/onnx/models.py FOLDER [--small]`.

Wants mlflow, onnx, onnxruntime, skl2onnx and scikit-learn (any versions that go together); onnxmltools with lightgbm
adds a model. Each model's folder gets a `cases.json` beside it: requests, and the answer or null where MLflow refuses.
`--small` makes the fixtures of packages/model-io instead.
"""

import io
import json
import logging
import os
import shutil
import sys
import warnings

import mlflow
import numpy as np
import onnx
import onnxruntime
import pandas as pd
import skl2onnx
import sklearn
from mlflow.models import ModelSignature, infer_signature
from mlflow.pyfunc import scoring_server
from mlflow.types import ColSpec, Schema, TensorSpec
from onnx import TensorProto, helper, numpy_helper
from skl2onnx import convert_sklearn, to_onnx
from skl2onnx.common.data_types import FloatTensorType, StringTensorType
from sklearn import cluster, decomposition, ensemble, linear_model, naive_bayes, neighbors, neural_network, preprocessing, svm, tree
from sklearn.compose import ColumnTransformer
from sklearn.pipeline import make_pipeline

warnings.filterwarnings("ignore")
logging.disable(logging.WARNING)
RNG = np.random.default_rng(5)
X = RNG.normal(size=(80, 4)).astype(np.float32)
Y = (X[:, 0] + 0.5 * X[:, 1] > 0).astype(np.int64) + (X[:, 2] > 1)
TEXTS = np.array(["low", "middle", "high"])[Y]
COLUMNS = ["a", "b", "c", "d"]
F, I, S, B, D = TensorProto.FLOAT, TensorProto.INT64, TensorProto.STRING, TensorProto.BOOL, TensorProto.DOUBLE


def info(name, kind, shape):
    return helper.make_tensor_value_info(name, kind, shape)


def graph(nodes, inputs, outputs, initializers=(), domains=(), functions=()):
    made = helper.make_graph(nodes, "g", inputs, outputs, initializer=list(initializers))
    opsets = [helper.make_opsetid("", 15), *[helper.make_opsetid(d, 1) for d in domains]]
    return helper.make_model(made, opset_imports=opsets, functions=list(functions), ir_version=8)


def node(kind, inputs, outputs, **attributes):
    return helper.make_node(kind, inputs, outputs, **attributes)


def dense(width):
    """Weights of more than a KiB, which MLflow keeps in a file beside the model."""
    first = numpy_helper.from_array(RNG.normal(size=(4, width)).astype(np.float32), "first")
    second = numpy_helper.from_array(RNG.normal(size=(width, 2)).astype(np.float32), "second")
    nodes = [node("MatMul", ["x", "first"], ["h"]), node("Relu", ["h"], ["r"]), node("MatMul", ["r", "second"], ["y"])]
    return graph(nodes, [info("x", F, [None, 4])], [info("y", F, [None, 2])], [first, second])


def two_inputs():
    nodes = [node("Mul", ["p", "q"], ["m"]), node("ReduceSum", ["m"], ["s"], keepdims=0)]
    return graph(nodes, [info("p", F, [None, 2, 2]), info("q", F, [None, 2, 2])], [info("m", F, None), info("s", F, None)])


def flat_inputs():
    nodes = [node("Add", ["p", "q"], ["sum"]), node("Cast", ["k"], ["f"], to=F), node("Mul", ["sum", "f"], ["y"])]
    return graph(nodes, [info("p", F, [None]), info("q", F, [None]), info("k", I, [None])], [info("y", F, [None]), info("sum", F, [None])])


def kinds():
    """Whole numbers, truth values, texts and doubles out of doubles."""
    zero = numpy_helper.from_array(np.array(0.0), "zero")
    nodes = [node("Greater", ["x", "zero"], ["positive"]), node("Cast", ["x"], ["whole"], to=I), node("Neg", ["x"], ["y"])]
    outputs = [info("positive", B, None), info("whole", I, None), info("y", D, None)]
    return graph(nodes, [info("x", D, [None, 2])], outputs, [zero])


def control():
    """If, and Loop with a running sum."""
    one = numpy_helper.from_array(np.array(3, dtype=np.int64), "three")
    true = numpy_helper.from_array(np.array(True), "true")
    body = helper.make_graph(
        [node("Add", ["v", "v"], ["w"]), node("Identity", ["c"], ["c2"])],
        "body",
        [info("i", I, []), info("c", B, []), info("v", F, None)],
        [info("c2", B, []), info("w", F, None)],
    )
    plus = helper.make_graph([node("Abs", ["looped"], ["t"])], "then", [], [info("t", F, None)])
    minus = helper.make_graph([node("Neg", ["looped"], ["e"])], "else", [], [info("e", F, None)])
    nodes = [node("Loop", ["three", "true", "x"], ["looped"], body=body), node("If", ["true"], ["y"], then_branch=plus, else_branch=minus)]
    return graph(nodes, [info("x", F, [None, 4])], [info("y", F, None)], [one, true])


def function():
    twice = helper.make_function("local", "Twice", ["a"], ["b"], [node("Add", ["a", "a"], ["b"])], [helper.make_opsetid("", 15)])
    return graph([node("Twice", ["x"], ["y"], domain="local")], [info("x", F, [None, 4])], [info("y", F, None)], domains=["local"], functions=[twice])


def texts():
    steps = ColumnTransformer([("t", preprocessing.OneHotEncoder(handle_unknown="ignore"), [0]), ("n", preprocessing.StandardScaler(), [1])])
    colours = np.array(["red", "blue", "green"])[RNG.integers(0, 3, 80)]
    frame = pd.DataFrame({"colour": colours, "size": X[:, 0]})
    model = make_pipeline(steps, linear_model.LogisticRegression()).fit(frame, Y)
    kinds_in = [("colour", StringTensorType([None, 1])), ("size", FloatTensorType([None, 1]))]
    return convert_sklearn(model, initial_types=kinds_in), frame


def estimators():
    yield "logistic", linear_model.LogisticRegression(max_iter=500), Y
    yield "logistic-texts", make_pipeline(preprocessing.StandardScaler(), linear_model.LogisticRegression()), TEXTS
    yield "forest", ensemble.RandomForestClassifier(20, random_state=0), Y
    yield "extra-trees", ensemble.ExtraTreesRegressor(10, random_state=0), X[:, 0]
    yield "boosting", ensemble.GradientBoostingClassifier(n_estimators=20, random_state=0), Y
    yield "boosting-regressor", ensemble.GradientBoostingRegressor(n_estimators=20, random_state=0), X[:, 1]
    yield "histogram", ensemble.HistGradientBoostingClassifier(max_iter=10), Y
    yield "ada", ensemble.AdaBoostClassifier(n_estimators=10, random_state=0), Y
    yield "tree", tree.DecisionTreeClassifier(max_depth=4, random_state=0), TEXTS
    yield "svc", svm.SVC(probability=True, random_state=0), Y
    yield "svr", svm.SVR(), X[:, 0]
    yield "neighbours", neighbors.KNeighborsClassifier(3), Y
    yield "bayes", naive_bayes.GaussianNB(), Y
    yield "perceptron", neural_network.MLPClassifier((64,), max_iter=30, random_state=0), Y
    yield "ridge", make_pipeline(preprocessing.PolynomialFeatures(2), linear_model.Ridge()), X[:, 2]
    yield "clusters", cluster.KMeans(3, n_init=2, random_state=0), None
    yield "components", decomposition.PCA(2), None
    yield "scaler", preprocessing.MinMaxScaler(), None


def documents(rows, columns=COLUMNS):
    split = {"dataframe_split": {"columns": columns, "data": rows}}
    yield "application/json", json.dumps(split)
    yield "application/json", json.dumps({"dataframe_records": [dict(zip(columns, row)) for row in rows]})
    yield "application/json", json.dumps({"inputs": rows})
    yield "application/json", json.dumps({"instances": rows[:2]})
    yield "text/csv", pd.DataFrame(rows, columns=columns).to_csv(index=False)
    yield "application/json", json.dumps({"dataframe_split": {"data": rows}})
    yield "application/json", json.dumps({"inputs": rows[0]})
    yield "application/json", json.dumps({"inputs": [row[:1] for row in rows]})


class Writer:
    def __init__(self, folder):
        self.folder = folder
        self.count = 0

    def save(self, name, model, requests, **options):
        path = os.path.join(self.folder, name)
        shutil.rmtree(path, ignore_errors=True)
        try:
            mlflow.onnx.save_model(model, path, pip_requirements=["onnxruntime"], **options)
            loaded = mlflow.pyfunc.load_model(path)
        except Exception as error:
            shutil.rmtree(path, ignore_errors=True)
            print(f"{name}: {type(error).__name__}: {str(error)[:120]}")
            return
        cases = [{"type": kind, "body": body, "answer": answer(loaded, kind, body)} for kind, body in requests]
        with open(path + ".cases.json", "w", encoding="utf-8") as out:
            json.dump(cases, out)
        self.count += 1


def answer(model, kind, body):
    schema = model.metadata.get_input_schema()
    try:
        if not hasattr(scoring_server, "invocations"):
            return older_answer(model, kind, body, schema)
        got = scoring_server.invocations(body, kind, model, schema)
    except Exception:
        return None
    return json.loads(got.response) if got.status == 200 else None


def older_answer(model, kind, body, schema):
    """What `invocations` was before it had a name of its own (MLflow up to 2.3)."""
    if kind == "text/csv":
        given = scoring_server.parse_csv_input(io.StringIO(body), schema=schema)
    else:
        given = scoring_server.infer_and_parse_json_input(body, schema)
    out = io.StringIO()
    scoring_server.predictions_to_json(model.predict(given), out)
    return json.loads(out.getvalue())


def columns_of(kind):
    return ModelSignature(Schema([ColSpec(kind, name) for name in COLUMNS]))


def tensor_of(kind, shape, name=None):
    return TensorSpec(np.dtype(kind), shape, name)


def hand_made(writer, rows):
    writer.save("dense", dense(300), documents(rows))
    writer.save("dense-inline", dense(300), documents(rows), save_as_external_data=False)
    writer.save("dense-files", dense(300), documents(rows), all_tensors_to_one_file=False)
    writer.save("dense-columns", dense(300), documents(rows), signature=columns_of("double"))
    writer.save("dense-tensor", dense(300), documents(rows), signature=ModelSignature(Schema([tensor_of("float32", (-1, 4))])))
    cube = [[[1.5, 2.0], [0.25, -1.0]]] * 3
    named = [
        ("application/json", json.dumps({"inputs": {"p": cube, "q": cube}})),
        ("application/json", json.dumps({"instances": [{"p": one, "q": one} for one in cube]})),
        ("application/json", json.dumps({"inputs": {"p": cube}})),
        ("application/json", json.dumps({"inputs": cube})),
        ("application/json", json.dumps({"dataframe_split": {"columns": ["p", "q"], "data": [[[1.5, 2.0, 0.25, -1.0]] * 2] * 2}})),
    ]
    signature = ModelSignature(Schema([tensor_of("float32", (-1, 2, 2), "p"), tensor_of("float32", (-1, 2, 2), "q")]))
    writer.save("named", two_inputs(), named, signature=signature)
    writer.save("named-unsigned", two_inputs(), named)
    flat = [[1.5, 2.0, 3], [0.5, -1.25, -2]]
    signature = ModelSignature(Schema([ColSpec("float", "p"), ColSpec("float", "q"), ColSpec("long", "k")]))
    writer.save("flat", flat_inputs(), documents(flat, ["p", "q", "k"]), signature=signature)
    writer.save("kinds", kinds(), documents([[1.5, -2.25], [0.5, 3.75]], ["u", "v"]))
    writer.save("control", control(), documents(rows))
    writer.save("function", function(), documents(rows))


def converted(writer, rows):
    for name, estimator, target in estimators():
        fitted = estimator.fit(X, target)
        try:
            plain = to_onnx(fitted, X[:1])
        except Exception as error:
            print(f"{name}: {type(error).__name__}: {str(error)[:120]}")
            continue
        writer.save(name, plain, documents(rows))
        signed = infer_signature(pd.DataFrame(X.astype(np.float64), columns=COLUMNS))
        writer.save(f"{name}-columns", plain, documents(rows), signature=signed)
        if target is not None and hasattr(fitted, "predict_proba"):
            for zipmap in (False, "columns"):
                options = {"zipmap": zipmap}
                writer.save(f"{name}-zipmap-{zipmap}", to_onnx(fitted, X[:1], options=options), documents(rows))
    model, frame = texts()
    rows = json.loads(frame[:3].to_json(orient="values"))
    writer.save("texts", model, documents(rows, ["colour", "size"]))


def boosted(writer, rows):
    try:
        import lightgbm
        from onnxmltools import convert_lightgbm
        from onnxmltools.convert.common.data_types import FloatTensorType as Floats
    except ImportError:
        return
    model = lightgbm.LGBMClassifier(n_estimators=10, verbose=-1).fit(X, Y)
    writer.save("lightgbm", convert_lightgbm(model, initial_types=[("x", Floats([None, 4]))]), documents(rows))


def small(writer):
    rows = X[:3].astype(float).tolist()
    fitted = make_pipeline(preprocessing.StandardScaler(), linear_model.LogisticRegression()).fit(X, TEXTS)
    writer.save("logistic", to_onnx(fitted, X[:1]), documents(rows), signature=infer_signature(pd.DataFrame(X.astype(np.float64), columns=COLUMNS)))
    hand_made(writer, rows)
    for name in ("dense-inline", "named-unsigned", "control"):
        shutil.rmtree(os.path.join(writer.folder, name))
        os.remove(os.path.join(writer.folder, f"{name}.cases.json"))


def main():
    folder = sys.argv[1]
    os.makedirs(folder, exist_ok=True)
    writer = Writer(folder)
    rows = X[:3].astype(float).tolist()
    if "--small" in sys.argv:
        small(writer)
    else:
        hand_made(writer, rows)
        converted(writer, rows)
        boosted(writer, rows)
        versions = {module.__name__: module.__version__ for module in (mlflow, onnx, onnxruntime, skl2onnx, sklearn)}
        with open(os.path.join(folder, "versions.json"), "w", encoding="utf-8") as out:
            json.dump({"python": sys.version.split()[0], **versions}, out)
    print(f"{writer.count} models")


main()
