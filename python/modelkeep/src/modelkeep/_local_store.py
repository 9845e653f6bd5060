"""Models of a store that no server stands in front of (SQLite, a folder, a database): MLflow itself fetches them.

They come into a private folder of this process and are judged there; what MLflow says of them (name, version, place) is
handed to Modelkeep, so that its trust policy goes by the name and not by the folder.
"""

from __future__ import annotations

import os
import stat
import urllib.parse
from typing import Dict, List, NamedTuple, Optional, Tuple

from ._errors import ModelkeepLimitExceeded, ModelkeepRefused, ModelkeepUnavailable

_SERVED = ("models:/", "runs:/")
_DATABASES = ("sqlite", "mysql", "postgresql", "mssql", "file", "")
# As the loader's own limits (docs/loader.md).
_MAX_FILES = 10_000
_MAX_BYTES = 64 << 30


class Fetched(NamedTuple):
    folder: str
    #: what the folder stands for: uri, source, server, and name and version of a registered model
    stands_for: Dict[str, str]


def needs_store(uri: str) -> bool:
    """Whether an address means something only together with a tracking store."""
    return uri.startswith(_SERVED)


def local_store(tracking_uri: Optional[str]) -> Optional[str]:
    """MLflow's tracking URI when it is a store that is read without a server; None when it is anything else."""
    import mlflow

    uri = tracking_uri or str(mlflow.get_tracking_uri())
    scheme = "" if os.path.isabs(uri) else urllib.parse.urlsplit(uri).scheme.partition("+")[0]
    # MLflow takes these words for a service, not for folders of that name.
    return uri if scheme in _DATABASES and uri not in ("databricks", "databricks-uc", "uc") else None


def fetch(uri: str, store: str, folder: str) -> Fetched:
    """Fetches a model into a private folder that is empty.

    :raises ModelkeepUnavailable: MLflow cannot find or fetch it
    :raises ModelkeepRefused: links or special files came
    """
    import mlflow
    from mlflow.exceptions import MlflowException

    try:
        definite, stands_for = _resolve(uri, store)
        root = mlflow.artifacts.download_artifacts(artifact_uri=definite, dst_path=folder, tracking_uri=store)
    except (MlflowException, OSError) as cause:
        raise ModelkeepUnavailable("MLflow cannot fetch %s: %s" % (uri, cause), "NOT_FOUND") from cause
    root = os.path.abspath(root)
    if root != folder and not root.startswith(folder + os.sep):
        raise ModelkeepRefused("MLflow put the model outside of its private folder")
    _require_plain_files(root)
    meta = os.path.join(root, "registered_model_meta")
    if "name" in stands_for and os.path.lexists(meta):
        # MLflow's client writes it beside what it fetched; it is no part of the model.
        os.unlink(meta)
    return Fetched(root, {**stands_for, "uri": uri, "server": without_credentials(store)})


def _resolve(uri: str, store: str) -> Tuple[str, Dict[str, str]]:
    """An address that cannot move between two questions, and what is known of it."""
    from mlflow import MlflowClient

    if not uri.startswith("models:/") or uri.startswith("models:/m-"):
        return uri, {"source": uri}
    from mlflow.store.artifact.utils.models import get_model_name_and_version

    client = MlflowClient(tracking_uri=store)
    name, version = get_model_name_and_version(client, uri)
    source = str(client.get_model_version_download_uri(name, str(version)))
    return "models:/%s/%s" % (name, version), {"name": str(name), "version": str(version), "source": source}


def _require_plain_files(root: str) -> None:
    count = size = 0
    for folder, folders, files in os.walk(root, onerror=_raise):
        for name in [*folders, *files]:
            found = os.lstat(os.path.join(folder, name))
            if not stat.S_ISDIR(found.st_mode) and not stat.S_ISREG(found.st_mode):
                raise ModelkeepRefused("%s of the model is a link or no file" % name)
            count += 1
            size += found.st_size
    if count > _MAX_FILES or size > _MAX_BYTES:
        raise ModelkeepLimitExceeded("the model has more than %d files or %d bytes" % (_MAX_FILES, _MAX_BYTES))


def without_credentials(uri: str) -> str:
    """A database's address as it may be written down."""
    parts = urllib.parse.urlsplit(uri)
    if "@" not in parts.netloc and not parts.query:
        return uri
    kept: List[str] = [parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""]
    return urllib.parse.urlunsplit(kept)


def _raise(error: OSError) -> None:
    raise error
