"""The write side: what goes to MLflow is checked, without secrets, and harmless where it is shown."""

from __future__ import annotations

import os
import stat
import time
from typing import Any, Dict, Iterator, List, Mapping, Optional, Sequence, Tuple, Union

from ._errors import ModelkeepInvalidInput, ModelkeepLimitExceeded
from ._files import read_regular
from ._neutral import LoggerLimits, check_artifact_path, check_key
from ._private import private_folder, write_new
from ._values import Sanitiser

# MLflow's limits of one log-batch.
_PARAMS, _TAGS, _METRICS, _ENTITIES = 100, 100, 1000, 1000
_MAX_FILES = 10_000

Path = Union[str, "os.PathLike[str]"]


class SecureMLflowLogger:
    """Writes to MLflow's active run, as ``mlflow.log_…`` does; MLflow's own settings say where.

    ::

        with SecureMLflowLogger().start_run(experiment="football") as run:
            run.log_params({"lr": 0.1})
            run.log_metric("loss", 0.2, step=1)
            run.log_model(model, "model")

    The logger has the run's methods as well; they go to the active run, and start one where there is none, as MLflow's do.

    :param limits: bounds of what is logged
    :param secrets: ``redact`` replaces them by ``[redacted: kind]``, ``refuse`` refuses the call
    :param pickled: what ``log_model`` does with models that are stored as pickles: ``refuse``, or ``judged``: an
        ``allowlisted`` one is logged
    """

    def __init__(self, *, limits: Optional[LoggerLimits] = None, secrets: str = "redact", pickled: str = "refuse") -> None:
        if pickled not in ("refuse", "judged"):
            raise ModelkeepInvalidInput("there is no policy for pickled models %s: choose refuse or judged" % pickled)
        self._limits = limits if limits is not None else LoggerLimits()
        self._sanitiser = Sanitiser(self._limits, secrets)
        self._pickled = pickled

    def start_run(
        self,
        experiment: Optional[str] = None,
        run_name: Optional[str] = None,
        tags: Optional[Mapping[str, Any]] = None,
        *,
        nested: bool = False,
    ) -> SecureRun:
        """Starts a run, which is MLflow's active one until it ends.

        :param experiment: by name; made when there is none. Default: MLflow's active experiment
        """
        import mlflow

        clean = self._texts(tags or {}, "tag")
        name = None if run_name is None else self._sanitiser.value("mlflow.runName", run_name)
        experiment_id = None if experiment is None else _experiment(self._sanitiser.value("experiment", experiment))
        active = mlflow.start_run(experiment_id=experiment_id, run_name=name, tags=clean or None, nested=nested)
        return SecureRun(self, active.info.run_id)

    def active_run(self) -> SecureRun:
        """MLflow's active run; one is started where there is none, as MLflow's own functions do."""
        import mlflow

        return SecureRun(self, (mlflow.active_run() or mlflow.start_run()).info.run_id)

    def log_param(self, key: str, value: Any) -> None:
        self.active_run().log_param(key, value)

    def log_params(self, params: Mapping[str, Any]) -> None:
        self.active_run().log_params(params)

    def set_tag(self, key: str, value: Any) -> None:
        self.active_run().set_tag(key, value)

    def set_tags(self, tags: Mapping[str, Any]) -> None:
        self.active_run().set_tags(tags)

    def log_metric(self, key: str, value: Any, step: Optional[int] = None) -> None:
        self.active_run().log_metric(key, value, step)

    def log_metrics(self, metrics: Mapping[str, Any], step: Optional[int] = None) -> None:
        self.active_run().log_metrics(metrics, step)

    def log_text(self, text: str, artifact_file: str) -> None:
        self.active_run().log_text(text, artifact_file)

    def log_dict(self, dictionary: Any, artifact_file: str) -> None:
        self.active_run().log_dict(dictionary, artifact_file)

    def log_artifact(self, local_path: Path, artifact_path: Optional[str] = None) -> None:
        self.active_run().log_artifact(local_path, artifact_path)

    def log_artifacts(self, local_dir: Path, artifact_path: Optional[str] = None) -> None:
        self.active_run().log_artifacts(local_dir, artifact_path)

    def log_model(self, model: Any, name: str = "model", *, flavor: Optional[str] = None, **more: Any) -> Any:
        return self.active_run().log_model(model, name, flavor=flavor, **more)

    def _texts(self, values: Mapping[str, Any], what: str) -> Dict[str, str]:
        return {check_key(key, what, self._limits): self._sanitiser.value(key, value) for key, value in values.items()}


class SecureRun:
    """One run that is being written. As a context it ends: FAILED when a call or the block had failed, else FINISHED."""

    def __init__(self, logger: SecureMLflowLogger, run_id: str) -> None:
        self._logger = logger
        self._limits = logger._limits
        self._sanitiser = logger._sanitiser
        self.run_id = run_id
        self._failed = False
        self._ended = False

    def log_param(self, key: str, value: Any) -> None:
        self.log_params({key: value})

    def log_params(self, params: Mapping[str, Any]) -> None:
        """All are checked before one is sent."""
        with self._working():
            self._send(params=list(self._logger._texts(params, "param").items()))

    def set_tag(self, key: str, value: Any) -> None:
        self.set_tags({key: value})

    def set_tags(self, tags: Mapping[str, Any]) -> None:
        """All are checked before one is sent."""
        with self._working():
            self._send(tags=list(self._logger._texts(tags, "tag").items()))

    def log_metric(self, key: str, value: Any, step: Optional[int] = None) -> None:
        self.log_metrics({key: value}, step)

    def log_metrics(self, metrics: Mapping[str, Any], step: Optional[int] = None) -> None:
        """All are checked before one is sent. :param step: a whole number"""
        with self._working():
            if step is not None and (isinstance(step, bool) or not hasattr(step, "__index__")):
                raise ModelkeepInvalidInput("step %r is no whole number" % (step,))
            number = 0 if step is None else int(step)
            checked = [
                (check_key(key, "metric", self._limits), self._sanitiser.metric(key, value)) for key, value in metrics.items()
            ]
            now = int(time.time() * 1000)
            self._send(metrics=[(key, value, now, number) for key, value in checked])

    def log_text(self, text: str, artifact_file: str) -> None:
        """Stores a text file. Secrets in it are replaced, or refused, by policy."""
        with self._working():
            self._put(artifact_file, self._sanitiser.text("", text).encode("utf-8"))

    def log_dict(self, dictionary: Any, artifact_file: str) -> None:
        """Stores data as JSON, or YAML by the path's ending, as MLflow does."""
        with self._working():
            check_artifact_path(artifact_file, self._limits)
            self._client().log_dict(self.run_id, self._sanitiser.data(dictionary), artifact_file)

    def log_artifact(self, local_path: Path, artifact_path: Optional[str] = None) -> None:
        """Stores a file under its own name in ``artifact_path``, byte for byte but for secrets in a text file. Links are
        not followed. A folder is stored as ``log_artifacts`` does, under its own name."""
        with self._working():
            local = os.path.abspath(os.fspath(local_path))
            base = os.path.basename(local)
            target = base if artifact_path is None else "%s/%s" % (artifact_path, base)
            if stat.S_ISDIR(os.lstat(local).st_mode):
                self._store(self._folder(local, target))
            else:
                self._store([(target, local)])

    def log_artifacts(self, local_dir: Path, artifact_path: Optional[str] = None) -> None:
        """Stores all files below a folder, each as ``log_artifact`` does. A link in it is refused by name."""
        with self._working():
            self._store(self._folder(os.path.abspath(os.fspath(local_dir)), artifact_path or ""))

    def log_model(self, model: Any, name: str = "model", *, flavor: Optional[str] = None, **more: Any) -> Any:
        """Logs a model after Modelkeep judged how it is stored: in a safe format (skops, the boosters' own files) where
        the flavor has one; a pickle only by the policy ``pickled="judged"``, and then only an ``allowlisted`` one.

        :param flavor: ``sklearn``, ``xgboost``, ``lightgbm``, ``catboost``; default: by the model's class
        :param more: what ``mlflow.<flavor>.log_model`` takes
        :returns: MLflow's ``ModelInfo``
        :raises ModelkeepRefused: its stored form is not admitted
        """
        from ._log_model import log_model

        with self._working():
            check_artifact_path(name, self._limits)
            return log_model(model, name, flavor, self._logger._pickled, more)

    def end(self, status: str = "FINISHED") -> None:
        """Ends the run. A second call does nothing."""
        import mlflow

        if self._ended:
            return
        self._ended = True
        active = mlflow.active_run()
        if active is not None and active.info.run_id == self.run_id:
            mlflow.end_run(status)
        else:
            self._client().set_terminated(self.run_id, status)

    def __enter__(self) -> SecureRun:
        return self

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        self.end("FAILED" if kind is not None or self._failed else "FINISHED")

    def _client(self) -> Any:
        from mlflow import MlflowClient

        return MlflowClient()

    def _working(self) -> _Working:
        return _Working(self)

    def _send(self, params: Sequence[Any] = (), tags: Sequence[Any] = (), metrics: Sequence[Any] = ()) -> None:
        from mlflow.entities import Metric, Param, RunTag

        client = self._client()
        for some_params, some_tags, some_metrics in _batches(list(params), list(tags), list(metrics)):
            client.log_batch(
                self.run_id,
                metrics=[Metric(*one) for one in some_metrics],
                params=[Param(*one) for one in some_params],
                tags=[RunTag(*one) for one in some_tags],
            )

    def _put(self, path: str, data: bytes) -> None:
        check_artifact_path(path, self._limits)
        with private_folder() as folder:
            folder_of, _, base = path.rpartition("/")
            write_new(os.path.join(folder, base), data)
            self._client().log_artifact(self.run_id, os.path.join(folder, base), folder_of or None)

    def _folder(self, root: str, target: str) -> List[Tuple[str, str]]:
        found: List[Tuple[str, str]] = []
        for folder, folders, files in os.walk(root, onerror=_raise):
            for name in folders:
                if os.path.islink(os.path.join(folder, name)):
                    raise ModelkeepInvalidInput("%s is a link: log what it points to by its own name" % os.path.join(folder, name))
            for name in files:
                inner = os.path.relpath(os.path.join(folder, name), root).replace(os.sep, "/")
                found.append(("%s/%s" % (target, inner) if target else inner, os.path.join(folder, name)))
                if len(found) > _MAX_FILES:
                    raise ModelkeepLimitExceeded("%s holds over %d files" % (root, _MAX_FILES))
        return sorted(found)

    def _store(self, files: Sequence[Tuple[str, str]]) -> None:
        """All are read and checked before one is sent."""
        for path, _ in files:
            check_artifact_path(path, self._limits)
        with private_folder() as folder:
            for path, local in files:
                data = read_regular(local, self._limits.artifact_bytes, follow=False)
                copy = os.path.join(folder, *path.split("/"))
                os.makedirs(os.path.dirname(copy), mode=0o700, exist_ok=True)
                write_new(copy, self._sanitiser.file(local, data))
            self._client().log_artifacts(self.run_id, folder)


class _Working:
    """Notes that a call of the run failed; refuses calls after its end."""

    def __init__(self, run: SecureRun) -> None:
        self._run = run

    def __enter__(self) -> None:
        if self._run._ended:
            raise ModelkeepInvalidInput("the run %s has ended: start a new one" % self._run.run_id)

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        if kind is not None:
            self._run._failed = True


def _batches(params: List[Any], tags: List[Any], metrics: List[Any]) -> Iterator[Tuple[List[Any], List[Any], List[Any]]]:
    while params or tags or metrics:
        room = min(_METRICS, _ENTITIES - len(params[:_PARAMS]) - len(tags[:_TAGS]))
        yield params[:_PARAMS], tags[:_TAGS], metrics[:room]
        params, tags, metrics = params[_PARAMS:], tags[_TAGS:], metrics[room:]


def _experiment(name: str) -> str:
    from mlflow import MlflowClient
    from mlflow.exceptions import MlflowException

    client = MlflowClient()
    found = client.get_experiment_by_name(name)
    if found is None:
        try:
            return str(client.create_experiment(name))
        except MlflowException:
            # Another process made it in between.
            found = client.get_experiment_by_name(name)
            if found is None:
                raise
    return str(found.experiment_id)


def _raise(error: OSError) -> None:
    raise error
