"""The whole life of an unmodified MLflow client, as a contributor, with a second contributor who must see nothing.

Called as: life.py GATEWAY-URL KEY OTHER-KEY. Each step is one line of output; a step that fails is told and the exit
status is 1 at the end. Runs with MLflow 2.9 and newer, and with whichever of the model libraries are installed.
"""

import importlib
import os
import sys
import tempfile
import time
import traceback
import uuid
import warnings
from pathlib import Path

warnings.filterwarnings("ignore")
url, key, other_key = sys.argv[1:4]
os.environ["MLFLOW_TRACKING_URI"] = url
os.environ["MLFLOW_TRACKING_TOKEN"] = key
os.environ.setdefault("MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR", "false")
os.environ.setdefault("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "2")
os.environ.setdefault("GIT_PYTHON_REFRESH", "quiet")

import mlflow
import numpy as np
import pandas as pd
from mlflow import MlflowClient
from mlflow.entities import Metric, Param, RunTag
from mlflow.exceptions import MlflowException

THREE = int(mlflow.__version__.split(".")[0]) >= 3
VERSION = tuple(int(part) for part in mlflow.__version__.split(".")[:2])
name = f"life-{uuid.uuid4().hex[:8]}"
client = MlflowClient()
inputs = pd.DataFrame(np.random.RandomState(0).rand(60, 3), columns=["a", "b", "c"])
labels = (inputs["a"] > 0.5).astype(int)
failures = []


class Missing(Exception):
    """What a step needs is not installed here."""


def step(function):
    started = time.monotonic()
    try:
        function()
        said = "ok"
    except Missing as missing:
        said = f"not here: {missing}"
    except Exception as error:
        failures.append(function.__name__)
        said = f"FAILED {type(error).__name__}: {str(error)[:600]}"
        if os.environ.get("LIFE_TRACE"):
            traceback.print_exc()
    print(f"{mlflow.__version__} {function.__name__}: {said} ({time.monotonic() - started:.1f} s)", flush=True)


def need(module):
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise Missing(module) from error


def as_other(function):
    """What the second contributor gets: the error, or fails when there is none."""
    os.environ["MLFLOW_TRACKING_TOKEN"] = other_key
    try:
        function()
    except MlflowException as error:
        assert "PERMISSION_DENIED" in str(error) or "permission" in str(error), error
        return str(error)
    except Exception as error:
        assert "403" in str(error), error
        return str(error)
    finally:
        os.environ["MLFLOW_TRACKING_TOKEN"] = key
    raise AssertionError("the second contributor was let in")


def refused(function, *words):
    """An honest refusal: at once, and in words that say why."""
    started = time.monotonic()
    try:
        function()
    except Exception as error:
        assert all(word in str(error) for word in words), f"the message does not say why: {error}"
        assert time.monotonic() - started < 60, "the client retried a refusal"
        return
    raise AssertionError("it was not refused")


def log_model(flavor, model, place, **options):
    """`name` is what MLflow 3 calls the `artifact_path` of MLflow 2."""
    if THREE:
        return flavor.log_model(model, name=place, **options)
    return flavor.log_model(model, artifact_path=place, **options)


def experiments():
    experiment = mlflow.set_experiment(name)
    client.set_experiment_tag(experiment.experiment_id, "team", "blue")
    assert client.get_experiment(experiment.experiment_id).tags["team"] == "blue"
    assert name in [found.name for found in mlflow.search_experiments()]
    found = mlflow.search_experiments(filter_string=f"name = '{name}'")
    assert len(found) == 1
    second = client.create_experiment(f"{name}-second", tags={"a": "b"})
    client.rename_experiment(second, f"{name}-renamed")
    client.delete_experiment(second)
    client.restore_experiment(second)
    client.delete_experiment(second)


def runs():
    with mlflow.start_run(run_name="first") as run:
        mlflow.log_param("p", 1)
        mlflow.log_params({"q": "x", "r": 0.5})
        mlflow.log_metric("m", 0.5, step=1)
        mlflow.log_metrics({"n": 1.0, "o": 2.0}, step=2)
        mlflow.set_tags({"t": "v", "u": "w"})
        mlflow.delete_tag("u")
        client.log_batch(
            run.info.run_id,
            metrics=[Metric(f"batch{i % 10}", i, 1, i) for i in range(900)],
            params=[Param(f"bp{i}", str(i)) for i in range(90)],
            tags=[RunTag(f"bt{i}", "x") for i in range(90)],
        )
        with mlflow.start_run(nested=True, run_name="child"):
            mlflow.log_metric("inner", 1)
    assert len(client.get_metric_history(run.info.run_id, "batch1")) == 90
    found = mlflow.search_runs(experiment_names=[name], filter_string="metrics.m > 0.1")
    assert list(found["run_id"]) == [run.info.run_id]
    assert len(client.search_runs([run.info.experiment_id], order_by=["attributes.start_time DESC"])) == 2
    client.update_run(run.info.run_id, name="renamed")
    client.set_terminated(run.info.run_id, "FAILED")
    client.delete_run(run.info.run_id)
    client.restore_run(run.info.run_id)
    as_other(lambda: client.get_run(run.info.run_id))
    as_other(lambda: client.log_metric(run.info.run_id, "m", 1))
    as_other(lambda: client.search_runs([run.info.experiment_id]))
    as_other(lambda: client.delete_run(run.info.run_id))


def parallel_runs():
    from concurrent.futures import ThreadPoolExecutor

    experiment = mlflow.get_experiment_by_name(name)

    def one(number):
        run = client.create_run(experiment.experiment_id)
        client.log_metric(run.info.run_id, "m", number)
        client.log_text(run.info.run_id, "x" * number, f"t{number}.txt")
        client.set_terminated(run.info.run_id)
        return len(client.list_artifacts(run.info.run_id))

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(one, range(16))) == [1] * 16


def artifacts():
    with mlflow.start_run() as run:
        mlflow.log_text("hello", "notes/hällo wörld.txt")
        mlflow.log_text("<p>hi</p>", "page.html")
        mlflow.log_dict({"a": [1, 2]}, "d.json")
        mlflow.log_dict({"a": [1, 2]}, "d.yaml")
        if VERSION >= (2, 4):
            mlflow.log_table({"q": ["a"], "r": ["b"]}, "table.json")
        mlflow.log_image(np.zeros((4, 4, 3), dtype=np.uint8), "image.png") if can("PIL") else None
        if can("matplotlib"):
            import matplotlib

            matplotlib.use("Agg")
            import matplotlib.pyplot as plt

            figure, axes = plt.subplots()
            axes.plot([1, 2])
            for kind in ("png", "svg", "pdf"):
                mlflow.log_figure(figure, f"figure.{kind}")
        with tempfile.TemporaryDirectory() as folder:
            fill(Path(folder))
            mlflow.log_artifacts(folder, "many")
            mlflow.log_artifact(str(Path(folder, "data.csv")))
    there = {found.path for found in client.list_artifacts(run.info.run_id)}
    assert {"notes", "page.html", "d.json", "many", "data.csv"} <= there, there
    text = mlflow.artifacts.load_text(f"{run.info.artifact_uri}/notes/hällo wörld.txt")
    assert text == "hello"
    assert mlflow.artifacts.load_dict(f"runs:/{run.info.run_id}/d.json") == {"a": [1, 2]} if VERSION >= (2, 10) else True
    with tempfile.TemporaryDirectory() as folder:
        whole = mlflow.artifacts.download_artifacts(run_id=run.info.run_id, artifact_path="", dst_path=folder)
        assert Path(whole, "many", "deep", "er", "x.txt").read_text() == "deep"
        assert Path(whole, "many", "empty.txt").read_bytes() == b""
    as_other(lambda: client.list_artifacts(run.info.run_id))
    as_other(lambda: client.log_text(run.info.run_id, "x", "x.txt"))
    os.environ["MLFLOW_TRACKING_TOKEN"] = other_key
    try:
        mlflow.artifacts.download_artifacts(run_id=run.info.run_id, artifact_path="page.html")
        raise AssertionError("the second contributor read an artifact")
    except AssertionError:
        raise
    except Exception:
        pass
    finally:
        os.environ["MLFLOW_TRACKING_TOKEN"] = key


def can(module):
    try:
        need(module)
    except Missing:
        return False
    return True


def fill(folder):
    import pickle

    inputs.to_csv(folder / "data.csv")
    np.save(folder / "a.npy", np.arange(10))
    np.savez(folder / "a.npz", x=np.arange(3))
    (folder / "plain.pkl").write_bytes(pickle.dumps({"a": [1, 2.5, "x", None]}))
    (folder / "deep" / "er").mkdir(parents=True)
    (folder / "deep" / "er" / "x.txt").write_text("deep")
    (folder / "empty.txt").write_bytes(b"")
    (folder / "script.py").write_text("print('hello')\n")
    (folder / "log.jsonl").write_text('{"a":1}\n{"a":2}\n')
    if can("pyarrow"):
        inputs.to_parquet(folder / "data.parquet")


def datasets():
    if VERSION < (2, 4):
        raise Missing("mlflow.data")
    with mlflow.start_run() as run:
        mlflow.log_input(mlflow.data.from_pandas(inputs.assign(y=labels), targets="y"), context="train")
    assert len(client.get_run(run.info.run_id).inputs.dataset_inputs) == 1


def sklearn_models():
    flavor, linear = mlflow.sklearn, need("sklearn.linear_model")
    estimator = linear.LogisticRegression().fit(inputs, labels)
    formats = ["cloudpickle", "pickle"] + (["skops"] if can("skops") and VERSION >= (3, 0) else [])
    for number, serialization in enumerate(formats, 1):
        model = f"{name}-sk"
        try:
            with mlflow.start_run():
                info = log_model(
                    flavor,
                    estimator,
                    "model",
                    serialization_format=serialization,
                    registered_model_name=model,
                    input_example=inputs[:2],
                )
        except MlflowException as error:
            if "serialization" not in str(error):
                raise
            print(f"  this MLflow does not know {serialization}")
            continue
        every_uri(flavor, info, model, estimator)


def every_uri(flavor, info, model, estimator):
    version = max(int(found.version) for found in client.search_model_versions(f"name='{model}'"))
    client.set_registered_model_alias(model, "champion", str(version))
    client.transition_model_version_stage(model, str(version), "Staging")
    uris = [info.model_uri, f"models:/{model}/{version}", f"models:/{model}@champion", f"models:/{model}/Staging"]
    uris += [f"models:/{model}/latest", f"runs:/{info.run_id}/model"]
    for uri in uris:
        loaded = flavor.load_model(uri)
        assert (loaded.predict(inputs) == estimator.predict(inputs)).all(), uri
    assert (mlflow.pyfunc.load_model(uris[1]).predict(inputs) == estimator.predict(inputs)).all()
    as_other(lambda: flavor.load_model(uris[1]))
    as_other(lambda: client.get_model_version_by_alias(model, "champion"))


def boosted(flavor_name, module, make):
    need(module)
    flavor = getattr(mlflow, flavor_name)
    estimator = make()
    with mlflow.start_run():
        info = log_model(flavor, estimator, "model", registered_model_name=f"{name}-{flavor_name}")
    loaded = flavor.load_model(f"models:/{name}-{flavor_name}/1")
    assert np.allclose(loaded.predict(inputs), estimator.predict(inputs))
    assert mlflow.pyfunc.load_model(info.model_uri) is not None


def xgboost_model():
    boosted("xgboost", "xgboost", lambda: need("xgboost").XGBClassifier(n_estimators=3).fit(inputs, labels))


def lightgbm_model():
    def make():
        lightgbm = need("lightgbm")
        return lightgbm.train({"verbose": -1}, lightgbm.Dataset(inputs, labels), num_boost_round=3)

    boosted("lightgbm", "lightgbm", make)


def catboost_model():
    def make():
        return need("catboost").CatBoostRegressor(iterations=3, verbose=0, allow_writing_files=False).fit(inputs, labels)

    boosted("catboost", "catboost", make)


def code_model_is_refused():
    class Doubler(mlflow.pyfunc.PythonModel):
        def predict(self, context, model_input, params=None):
            return model_input * 2

    def log():
        with mlflow.start_run():
            if THREE:
                mlflow.pyfunc.log_model(name="model", python_model=Doubler())
            else:
                mlflow.pyfunc.log_model("model", python_model=Doubler())

    refused(log, "not admitted", "executable")


def registry():
    model = f"{name}-registry"
    client.create_registered_model(model, tags={"a": "b"}, description="d")
    with mlflow.start_run() as run:
        info = log_model(mlflow.sklearn, need("sklearn.linear_model").LinearRegression().fit(inputs, labels), "model")
    version = mlflow.register_model(info.model_uri, model).version
    if THREE:
        second = mlflow.register_model(info.model_uri, model)
    else:
        second = client.create_model_version(model, f"{run.info.artifact_uri}/model", run.info.run_id)
    client.update_registered_model(model, description="e")
    client.update_model_version(model, version, description="e")
    client.set_model_version_tag(model, version, "k", "v")
    client.delete_model_version_tag(model, version, "k")
    client.set_registered_model_tag(model, "k", "v")
    client.delete_registered_model_tag(model, "k")
    client.set_registered_model_alias(model, "best", version)
    assert client.get_model_version_by_alias(model, "best").version == version
    client.delete_registered_model_alias(model, "best")
    assert client.get_model_version_download_uri(model, version)
    assert {found.version for found in client.search_model_versions(f"name='{model}'")} >= {version, second.version}
    assert [found.name for found in client.search_registered_models(f"name='{model}'")] == [model]
    if VERSION >= (2, 6):
        client.copy_model_version(f"models:/{model}/{version}", f"{model}-copy")
    as_other(lambda: client.get_registered_model(model))
    as_other(lambda: client.set_registered_model_alias(model, "best", version))
    as_other(lambda: client.delete_registered_model(model))
    client.rename_registered_model(model, f"{model}-renamed")
    client.delete_model_version(f"{model}-renamed", second.version)
    client.delete_registered_model(f"{model}-renamed")


def signature_is_set_later():
    if VERSION < (2, 9):
        raise Missing("set_signature")
    from mlflow.models import infer_signature, set_signature

    with mlflow.start_run():
        estimator = need("sklearn.linear_model").LinearRegression().fit(inputs, labels)
        info = log_model(mlflow.sklearn, estimator, "model")
    set_signature(info.model_uri, infer_signature(inputs, labels))
    assert mlflow.models.get_model_info(info.model_uri).signature is not None


def autolog():
    if VERSION < (2, 12):
        # These versions import distutils, which setuptools replaces under them.
        os.environ["SETUPTOOLS_USE_DISTUTILS"] = "stdlib"
    linear = need("sklearn.linear_model")
    mlflow.sklearn.autolog()
    try:
        with mlflow.start_run() as run:
            linear.LogisticRegression(max_iter=50).fit(inputs, labels)
    finally:
        mlflow.sklearn.autolog(disable=True)
    found = client.get_run(run.info.run_id)
    assert found.data.params["max_iter"] == "50"
    assert any("training" in metric for metric in found.data.metrics)


def traces():
    if not THREE:
        raise Missing("tracing that a MLflow 3 server takes")

    @mlflow.trace
    def answer(question):
        return question.upper()

    answer("why")
    getattr(mlflow, "flush_trace_async_logging", lambda **_: None)()
    experiment = mlflow.get_experiment_by_name(name)
    found = client.search_traces([experiment.experiment_id]) if VERSION < (3, 5) else client.search_traces(locations=[experiment.experiment_id])
    assert len(found) == 1
    trace = found[0].info.trace_id
    client.set_trace_tag(trace, "k", "v")
    client.delete_trace_tag(trace, "k")
    assert client.get_trace(trace).data.spans[0].name == "answer"
    mlflow.log_feedback(trace_id=trace, name="good", value=True)
    as_other(lambda: client.set_trace_tag(trace, "k", "v"))
    client.delete_traces(experiment.experiment_id, trace_ids=[trace])


def evaluation():
    if VERSION < (2, 8):
        raise Missing("mlflow.evaluate of a table")
    evaluate = getattr(getattr(mlflow, "models", mlflow), "evaluate", None) or mlflow.evaluate
    with mlflow.start_run():
        table = inputs.assign(y=labels, guess=labels)
        evaluate(data=table, targets="y", predictions="guess", model_type="classifier", evaluators="default")


def prompts():
    if VERSION < (3, 0):
        raise Missing("prompts")
    mlflow.genai.register_prompt(name=f"{name}-prompt", template="Say {{ what }}")
    mlflow.genai.set_prompt_alias(f"{name}-prompt", alias="best", version=1)
    assert "Say" in mlflow.genai.load_prompt(f"prompts:/{name}-prompt@best").template


def nothing_is_seen():
    os.environ["MLFLOW_TRACKING_TOKEN"] = other_key
    try:
        assert not [found for found in mlflow.search_experiments() if found.name.startswith(name)]
        assert not [found for found in client.search_registered_models() if found.name.startswith(name)]
        assert not [found for found in client.search_model_versions("") if found.name.startswith(name)]
    finally:
        os.environ["MLFLOW_TRACKING_TOKEN"] = key


for function in (
    experiments,
    runs,
    parallel_runs,
    artifacts,
    datasets,
    sklearn_models,
    xgboost_model,
    lightgbm_model,
    catboost_model,
    code_model_is_refused,
    registry,
    signature_is_set_later,
    autolog,
    traces,
    evaluation,
    prompts,
    nothing_is_seen,
):
    step(function)
print(f"MLflow {mlflow.__version__}: {'all steps passed' if not failures else 'FAILED: ' + ', '.join(failures)}")
sys.exit(1 if failures else 0)
