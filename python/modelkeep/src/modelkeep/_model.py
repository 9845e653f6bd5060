"""A model that was fetched, judged and loaded outside of this process."""

from __future__ import annotations

import weakref
from typing import Any, Dict, List, Mapping, Optional, Tuple

from ._command import Command
from ._errors import ModelkeepAnswerMalformed, ModelkeepDigestMismatch, ModelkeepUnsupported
from ._facts import FileFacts, ModelFacts, require_verdict
from ._files import sha256
from ._wire import Parts, decode, encode

_METHODS = (
    "predict",
    "predict_proba",
    "predict_log_proba",
    "decision_function",
    "transform",
    "score_samples",
    "kneighbors",
)


class SecureModel:
    """What ``safe_load_model`` gives back. It holds no estimator: every call is answered by Modelkeep.

    ``predict`` is always there. ``predict_proba``, ``predict_log_proba``, ``decision_function``, ``transform``,
    ``score_samples`` and ``kneighbors`` are there when the model has them (so ``hasattr`` tells the truth), and so are
    ``classes_``, ``feature_names_in_`` and ``n_features_in_`` where the native engine reads them. What is not there
    raises AttributeError with the reason.
    """

    def __init__(self, command: Command, facts: ModelFacts, payload: memoryview, flavor: Optional[str], timeout: float):
        self._command = command
        self._facts = facts
        self._flavor = flavor
        self._timeout = timeout
        command.hold()
        #: called once: by ``close``, when nobody has the model any more, or at the program's end
        self._let_go = weakref.finalize(self, command.let_go, facts.number)
        self._metadata: Any = None
        self._attributes = _attributes(facts.attributes, payload)

    @property
    def uri(self) -> str:
        return self._facts.uri

    @property
    def verdict(self) -> str:
        """``inert``, ``allowlisted``, or ``executable`` (signed by somebody trusted, in the sandbox)."""
        return self._facts.verdict

    @property
    def digest(self) -> str:
        """SHA-256 over the list of all files and their hashes, in hexadecimal."""
        return self._facts.digest

    @property
    def engine(self) -> str:
        """``native`` or ``sandbox``."""
        return self._facts.engine

    @property
    def class_name(self) -> str:
        """The Python class of the model, for example ``sklearn.pipeline.Pipeline``."""
        return self._facts.class_name

    @property
    def methods(self) -> Tuple[str, ...]:
        return self._facts.methods

    @property
    def name(self) -> Optional[str]:
        """Registered name, where the URI named a registered model."""
        return self._facts.name

    @property
    def version(self) -> Optional[str]:
        return self._facts.version

    @property
    def signers(self) -> Tuple[str, ...]:
        """Who signed it, of those whom the trust policy names."""
        return self._facts.signers

    @property
    def files(self) -> Tuple[FileFacts, ...]:
        return self._facts.files

    @property
    def metadata(self) -> Any:
        """``mlflow.models.Model`` of its MLmodel: signature, flavors, run."""
        if self._metadata is None:
            import yaml
            from mlflow.models import Model

            self._metadata = Model.from_dict(yaml.safe_load(self.read_file("MLmodel").decode("utf-8")))
        return self._metadata

    def predict(self, data: Any, params: Optional[Mapping[str, Any]] = None) -> Any:
        """What MLflow's loaded model answers: through the signature as ``mlflow.pyfunc``, or, for a model that was
        loaded with ``flavor="sklearn"``, the estimator's own ``predict``.

        :param data: a pandas frame or series, NumPy array, SciPy sparse matrix, list, dict of columns, records
        :raises ModelkeepInvalidInput: it does not fit the signature
        """
        if self._flavor is not None:
            if params is not None:
                raise ModelkeepUnsupported("params are pyfunc's: load the model without a flavor")
            return self._invoke("predict", data)
        request: Dict[str, Any] = {"op": "predict"}
        if params is not None:
            request["params"] = dict(params)
        return self._ask(request, self._through_signature(data))

    def read_file(self, path: str) -> bytes:
        """The bytes of one of its files: they hash to what ``files`` says, and are judged again on the way."""
        return self._read(path)[0]

    def _read(self, path: str) -> Tuple[bytes, Any]:
        facts = next((file for file in self._facts.files if file.path == path), None)
        if facts is None:
            raise ModelkeepUnsupported("the model has no file %s" % path, "NOT_FOUND")
        answer, payload = self._command.ask(
            {"op": "read", "model": self._facts.number, "path": path}, timeout=self._timeout
        )
        return checked_file(answer, payload, facts)

    def _invoke(self, method: str, data: Any) -> Any:
        return self._ask({"op": "invoke", "method": method}, data)

    def _ask(self, request: Dict[str, Any], data: Any) -> Any:
        if not self._let_go.alive:
            raise ModelkeepUnsupported("the model was closed: load it again")
        parts = Parts()
        request["value"] = encode(data, parts)
        request["model"] = self._facts.number
        answer, payload = self._command.ask(request, parts, timeout=self._timeout)
        return decode(answer.get("value"), payload)

    def _through_signature(self, data: Any) -> Any:
        import pandas

        # As MLflow does: a signature of columns is for frames.
        if self._facts.inputs == "columns" and isinstance(data, pandas.Series):
            return data.to_frame()
        return data

    def __getattr__(self, name: str) -> Any:
        # Only what is not defined above comes here.
        if name.startswith("__") or "_facts" not in self.__dict__:
            raise AttributeError(name)
        if name in self._attributes:
            return self._attributes[name]
        if name in _METHODS and name in self._facts.methods:
            return _Method(self, name)
        raise AttributeError(self._why_not(name))

    def _why_not(self, name: str) -> str:
        facts = self._facts
        if name in _METHODS:
            return "%s has no %s: it has %s" % (facts.class_name, name, ", ".join(facts.methods))
        if name in ("classes_", "feature_names_in_", "n_features_in_"):
            why = "is not told by the sandbox" if facts.engine == "sandbox" else "is not recorded in this model"
            return "%s %s: keep it beside the model (a tag or its signature), or load it by the policy in-process" % (name, why)
        return (
            "%s is not available: the model (%s) is evaluated outside of this process, only its methods and a few fitted "
            "attributes are; load it by the policy in-process for the object itself" % (name, facts.class_name)
        )

    def __dir__(self) -> List[str]:
        return sorted({*super().__dir__(), *self._attributes, *(one for one in _METHODS if one in self.methods)})

    def __reduce__(self) -> Any:
        raise TypeError("a loaded model cannot be pickled: load it again from %s" % self.uri)

    def __repr__(self) -> str:
        return "<SecureModel %s (%s, %s, engine %s)>" % (self.uri, self.class_name, self.verdict, self.engine)

    def close(self) -> None:
        """Frees what the model holds. So does the last reference to it going away."""
        self._let_go()

    def __enter__(self) -> SecureModel:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _attributes(told: Dict[str, Any], payload: memoryview) -> Dict[str, Any]:
    """As scikit-learn has them: arrays, names as objects."""
    import numpy

    attributes: Dict[str, Any] = {}
    if "classes_" in told:
        attributes["classes_"] = decode(told["classes_"], payload)
    if type(told.get("n_features_in_")) is int:
        attributes["n_features_in_"] = told["n_features_in_"]
    names = told.get("feature_names_in_")
    if isinstance(names, list) and all(isinstance(one, str) for one in names):
        attributes["feature_names_in_"] = numpy.array(names, dtype=object)
    return attributes


class _Method:
    def __init__(self, model: SecureModel, name: str) -> None:
        self._model = model
        self.__name__ = name

    def __call__(self, data: Any) -> Any:
        """Calls this method of the model itself; no signature is looked at."""
        return self._model._invoke(self.__name__, data)

    def __repr__(self) -> str:
        return "<%s of %r>" % (self.__name__, self._model)


def checked_file(answer: Dict[str, Any], payload: memoryview, facts: FileFacts) -> Tuple[bytes, Any]:
    """One file of a model, and the globals of its own verdict.

    :raises ModelkeepDigestMismatch: other bytes came than those that the model's verdict is over
    """
    at, size = answer.get("at"), answer.get("size")
    if type(at) is not int or type(size) is not int or at < 0 or size < 0 or at + size > len(payload):
        raise ModelkeepAnswerMalformed("the answer announces bytes that it does not have")
    data = bytes(payload[at : at + size])
    if sha256(data) != facts.sha256 or len(data) != facts.size:
        raise ModelkeepDigestMismatch("%s is not the file that was judged" % facts.path)
    return data, require_verdict(answer, data, facts.path)
