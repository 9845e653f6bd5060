"""Logging a model: its stored form is judged before anything is sent."""

from __future__ import annotations

import importlib
import inspect
import os
from typing import Any, Dict, List, Optional

from ._command import Command
from ._errors import ModelkeepRefused, ModelkeepUnsupported
from ._facts import model_facts
from ._private import private_folder

_FLAVORS = ("sklearn", "xgboost", "lightgbm", "catboost")


def log_model(model: Any, name: str, flavor: Optional[str], pickled: str, more: Dict[str, Any]) -> Any:
    """:returns: MLflow's ``ModelInfo``"""
    module = importlib.import_module("mlflow." + _flavor(model, flavor))
    options = dict(more)
    parameters = inspect.signature(module.save_model).parameters
    skops = getattr(module, "SERIALIZATION_FORMAT_SKOPS", None)
    # MLflow before 3.10 has no skops: then the pickle that it writes is for the policy to allow.
    if skops is not None and "serialization_format" in parameters:
        options.setdefault("serialization_format", skops)
    _judge(module, model, {key: value for key, value in options.items() if key in parameters}, pickled)
    where = "name" if "name" in inspect.signature(module.log_model).parameters else "artifact_path"
    return module.log_model(model, **{where: name}, **options)


def _flavor(model: Any, flavor: Optional[str]) -> str:
    chosen = flavor if flavor is not None else type(model).__module__.partition(".")[0]
    if chosen in _FLAVORS:
        return chosen
    raise ModelkeepUnsupported(
        "models of %s have no safe stored form that is known here: choose a flavor of %s, or export to ONNX and log the file"
        % (chosen, ", ".join(_FLAVORS))
    )


def _judge(module: Any, model: Any, options: Dict[str, Any], pickled: str) -> None:
    with private_folder() as folder:
        path = os.path.join(folder, "model")
        if not {"conda_env", "pip_requirements", "extra_pip_requirements"} & set(options):
            # What MLflow would find out by importing everything in another process: once is enough, when it is logged.
            options = {**options, "pip_requirements": []}
        module.save_model(model, path=path, **options)
        # A folder needs no server.
        command = Command(tracking_uri="")
        try:
            answer, _ = command.ask({"op": "load", "uri": path, "engine": "none"})
            facts = model_facts(answer, path, "none")
        finally:
            command.close()
    if facts.verdict not in ("inert", "allowlisted"):
        raise ModelkeepRefused("the model as it would be stored is %s" % facts.verdict)
    found = _pickles(answer["files"])
    if found and pickled != "judged":
        raise ModelkeepRefused(
            "the model would be stored as a pickle (%s): install skops and log it with the flavor sklearn, or allow "
            "allowlisted pickles with SecureMLflowLogger(pickled='judged')" % ", ".join(found)
        )


def _pickles(files: List[Dict[str, Any]]) -> List[str]:
    # What calls constructors and is no skops file is a pickle in one of its forms.
    return [str(one.get("path")) for one in files if one.get("verdict") != "inert" and one.get("format") != "skops"]
