"""The loader: the one way from a URI to a model."""

from __future__ import annotations

import os
from typing import Any, Dict, List, Optional, Sequence, Tuple, Union

from ._command import Command, child_environment
from ._errors import ModelkeepInvalidInput, ModelkeepUnsupported
from ._facts import ModelFacts, model_facts, require_digest
from ._inprocess import load_in_process
from ._local_store import fetch, local_store, needs_store
from ._model import SecureModel
from ._private import private_folder

POLICIES = ("isolated", "in-process")
ENGINES = ("auto", "native", "sandbox")
FLAVORS = ("sklearn", "xgboost", "lightgbm", "catboost")


class SecureMLflowLoader:
    """Loads MLflow models through Modelkeep, and in no other way.

    ::

        with SecureMLflowLoader() as loader:
            model = loader.safe_load_model("models:/football@champion")
        model.predict(frame)  # a model outlives its loader

    The local ``modelkeep`` command fetches the model into a private folder, hashes, verifies and scans it, and evaluates
    those very bytes natively or in its sandbox. Whatever is in doubt raises a :class:`ModelkeepError`. There is no
    fallback to MLflow's own loading.

    :param policy: ``isolated`` (no model object enters this process), or ``in-process`` (an ``inert`` or ``allowlisted``
        scikit-learn model is unpickled here, limited to the globals of its verdict)
    :param engine: ``auto``, ``native`` (never starts Python) or ``sandbox``
    :param command: the words that start ``modelkeep``; default ``MODELKEEP_COMMAND``, then ``PATH``
    :param tracking_uri: default ``MLFLOW_TRACKING_URI``, then ``MODELKEEP_GATEWAY``
    :param scan_policy: a file as docs/policy.md describes it; default ``MODELKEEP_POLICY``
    :param load_timeout: seconds for fetching, judging and loading one model
    :param timeout: seconds for one prediction
    :raises ModelkeepCommandMissing: at the first load, when there is no command
    """

    def __init__(
        self,
        *,
        policy: str = "isolated",
        engine: str = "auto",
        command: Union[str, Sequence[str], None] = None,
        tracking_uri: Optional[str] = None,
        scan_policy: Optional[str] = None,
        load_timeout: float = 1800,
        timeout: float = 300,
    ) -> None:
        if policy not in POLICIES:
            raise ModelkeepInvalidInput("there is no policy %s: choose %s" % (policy, ", ".join(POLICIES)))
        if engine not in ENGINES:
            raise ModelkeepInvalidInput("there is no engine %s: choose %s" % (engine, ", ".join(ENGINES)))
        self._policy = policy
        self._engine = engine
        self._words = command
        self._tracking_uri = tracking_uri
        self._options: List[str] = [] if scan_policy is None else ["--policy", scan_policy]
        self._load_timeout = load_timeout
        self._timeout = timeout
        self._commands: Dict[str, Command] = {}
        self._closed = False

    def safe_load_model(self, uri: Union[str, "os.PathLike[str]"], flavor: Optional[str] = None, *, digest: Optional[str] = None) -> Any:
        """Loads a model that is admitted.

        :param uri: ``models:/…``, ``runs:/…``, ``mlflow-artifacts:/…``, ``s3://…``, a folder: what MLflow's clients take
        :param flavor: None for ``mlflow.pyfunc.load_model``'s place (``predict`` goes through the signature); ``sklearn``,
            ``xgboost``, ``lightgbm``, ``catboost`` for ``mlflow.<flavor>.load_model``'s (methods of the model itself)
        :param digest: what ``model.digest`` was when somebody looked at the model: another one is refused
        :returns: a :class:`SecureModel`; by the policy ``in-process`` the estimator, or a ``PyFuncModel`` of it
        :raises ModelkeepRefused: not admitted, not verified, not analysable
        :raises ModelkeepUnsupported: admitted, but neither engine can evaluate it
        :raises ModelkeepUnavailable: the server or the sandbox is away, or denies it
        :raises ModelkeepError: any other doubt
        """
        if flavor is not None and flavor not in FLAVORS:
            raise ModelkeepUnsupported(
                "the flavor %s has no safe form here: load it without a flavor, or choose %s" % (flavor, ", ".join(FLAVORS))
            )
        address = os.fspath(uri)
        if not isinstance(address, str) or address == "":
            raise ModelkeepInvalidInput("a model is named by a text")
        model, command, facts = self._load(address, flavor, digest)
        if self._policy == "in-process":
            try:
                return load_in_process(command, facts, flavor, self._timeout)
            finally:
                model.close()
        return model

    def _load(self, address: str, flavor: Optional[str], digest: Optional[str]) -> Tuple[SecureModel, Command, ModelFacts]:
        command = self._open()
        store = None if command.tracking or not needs_store(address) else local_store(self._tracking_uri)
        if store is None:
            return self._admit(command, address, {}, flavor, digest)
        with private_folder() as folder:
            # The command makes its own copy of what it judges: this one is done with when it has answered.
            fetched = fetch(address, store, folder)
            return self._admit(command, fetched.folder, {"as": fetched.stands_for}, flavor, digest)

    def _admit(
        self, command: Command, place: str, more: Dict[str, Any], flavor: Optional[str], digest: Optional[str]
    ) -> Tuple[SecureModel, Command, ModelFacts]:
        engine = "none" if self._policy == "in-process" else self._engine
        answer, payload = command.ask({"op": "load", "uri": place, "engine": engine, **more}, timeout=self._load_timeout)
        facts = model_facts(answer, place, engine)
        if more:
            facts = facts._replace(uri=more["as"]["uri"])
        require_digest(facts, digest)
        return SecureModel(command, facts, payload, flavor, self._timeout), command, facts

    def _open(self) -> Command:
        if self._closed:
            raise ModelkeepInvalidInput("the loader was closed: make another one")
        # ``mlflow.set_tracking_uri`` sets the variable too: who sets it anew asks another server from then on.
        tracking = child_environment(self._tracking_uri).get("MLFLOW_TRACKING_URI", "")
        command = self._commands.get(tracking)
        if command is None or not command.usable:
            # Whoever broke, or was made before a fork, is not asked again; what it held is gone with it.
            if command is not None:
                command.let_go()
            command = self._commands[tracking] = Command(self._words, self._tracking_uri, self._options)
        return command

    def close(self) -> None:
        """Loads nothing any more. Models that were loaded go on answering; each is freed by its own ``close``, or when
        nobody has it any more, and with the last of them the command ends."""
        if self._closed:
            return
        self._closed = True
        for command in self._commands.values():
            command.let_go()

    def __enter__(self) -> SecureMLflowLoader:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __del__(self) -> None:
        if not self.__dict__.get("_closed", True):
            self.close()
