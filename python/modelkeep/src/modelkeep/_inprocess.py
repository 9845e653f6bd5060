"""The policy ``in-process``: an admitted scikit-learn model as an object of this process, by a limited unpickler."""

from __future__ import annotations

from typing import Any, Dict, Optional

from ._command import Command
from ._errors import ModelkeepRefused, ModelkeepUnanalyzable, ModelkeepUnsupported
from ._facts import ModelFacts
from ._model import checked_file
from ._pickle import unpickle


def load_in_process(command: Command, facts: ModelFacts, flavor: Optional[str], timeout: float) -> Any:
    """The estimator (``flavor="sklearn"``), or a ``mlflow.pyfunc.PyFuncModel`` around it.

    The bytes come from the private copy that was judged, are hashed and judged again on the way, and stay in memory.
    :raises ModelkeepRefused: the model is neither inert nor allowlisted
    :raises ModelkeepUnsupported: it has no scikit-learn flavor
    """
    if facts.verdict not in ("inert", "allowlisted"):
        raise ModelkeepRefused("a model that is %s is not loaded in process" % facts.verdict)
    mlmodel = _mlmodel(command, facts, timeout)
    entries = mlmodel.get("flavors", {}).get("sklearn")
    if not isinstance(entries, dict) or not isinstance(entries.get("pickled_model"), str):
        raise ModelkeepUnsupported(
            "the policy in-process loads the flavor sklearn, and this model has %s: leave the policy out, "
            "and it is evaluated natively or in the sandbox" % ", ".join(sorted(map(str, mlmodel.get("flavors", {}))))
        )
    data, allowed = _read(command, facts, entries["pickled_model"], timeout)
    kind = entries.get("serialization_format", "pickle")
    estimator = _skops(data, allowed) if kind == "skops" else _whole_pickle(data, allowed)
    return estimator if flavor is not None else _pyfunc(mlmodel, estimator)


def _mlmodel(command: Command, facts: ModelFacts, timeout: float) -> Dict[str, Any]:
    import yaml

    document = yaml.safe_load(_read(command, facts, "MLmodel", timeout)[0].decode("utf-8"))
    if isinstance(document, dict) and isinstance(document.get("flavors"), dict):
        return document
    raise ModelkeepUnanalyzable("MLmodel is no document that names flavors")


def _read(command: Command, facts: ModelFacts, path: str, timeout: float) -> Any:
    file = next((one for one in facts.files if one.path == path), None)
    if file is None:
        raise ModelkeepUnanalyzable("MLmodel names %s, which is not there" % path)
    answer, payload = command.ask({"op": "read", "model": facts.number, "path": path}, timeout=timeout)
    return checked_file(answer, payload, file)


def _whole_pickle(data: bytes, allowed: Any) -> Any:
    estimator, end = unpickle(data, allowed)
    if end != len(data):
        raise ModelkeepUnanalyzable("the pickle goes on after the model")
    return estimator


def _skops(data: bytes, allowed: Any) -> Any:
    try:
        import skops.io
    except ImportError as cause:
        raise ModelkeepUnsupported("skops is not installed here: pip install skops") from cause
    wanted = skops.io.get_untrusted_types(data=data)
    names = {"%s.%s" % one for one in allowed}
    unknown = sorted(one for one in wanted if one not in names)
    if unknown:
        raise ModelkeepRefused("the file asks for %s, which its verdict does not name" % ", ".join(unknown[:3]))
    return skops.io.loads(data, trusted=wanted)


def _pyfunc(mlmodel: Dict[str, Any], estimator: Any) -> Any:
    from mlflow.models import Model
    from mlflow.pyfunc import PyFuncModel

    entries = mlmodel["flavors"].get("python_function")
    method = entries.get("predict_fn", "predict") if isinstance(entries, dict) else "predict"
    if not isinstance(method, str) or method.startswith("_") or not callable(getattr(estimator, method, None)):
        raise ModelkeepUnsupported("MLmodel names a method that the model does not have")
    return PyFuncModel(model_meta=Model.from_dict(mlmodel), model_impl=_Implementation(estimator, method))


class _Implementation:
    """What MLflow's own wrapper of scikit-learn does: one method, no parameters."""

    def __init__(self, estimator: Any, method: str) -> None:
        self.sklearn_model = estimator
        self._method = method

    def get_raw_model(self) -> Any:
        return self.sklearn_model

    def predict(self, data: Any, params: Optional[Dict[str, Any]] = None) -> Any:
        return getattr(self.sklearn_model, self._method)(data)
