"""Safe forms of bare deserialisation: the bytes are read once, judged, and only then made into objects, from memory."""

from __future__ import annotations

import atexit
import io
import os
import threading
from typing import Any, FrozenSet, Optional, Union

from ._command import Command
from ._errors import ModelkeepLimitExceeded, ModelkeepUnanalyzable, ModelkeepUnsupported
from ._facts import Global, require_verdict
from ._files import MAX_BYTES, read_regular
from ._pickle import decompressed, unjoblib, unpickle

Path = Union[str, "os.PathLike[str]"]

_lock = threading.Lock()
_command: Optional[Command] = None


def judge(data: bytes, what: str) -> FrozenSet[Global]:
    """The globals of admitted bytes. One command judges for the whole process.

    :raises ModelkeepRefused: they are not admitted
    """
    answer, _ = _judge().ask({"op": "judge", "name": os.path.basename(what) or "data"}, [data])
    return require_verdict(answer, data, what)


def _judge() -> Command:
    global _command
    with _lock:
        if _command is None or not _command.usable:
            _command = Command()
        return _command


def _close() -> None:
    if _command is not None:
        _command.close()


atexit.register(_close)


def safe_pickle_loads(data: Union[bytes, bytearray, memoryview], *, encoding: str = "ASCII") -> Any:
    """As ``pickle.loads``, for data whose verdict is ``inert`` or ``allowlisted``."""
    kept = bytes(data)
    return unpickle(kept, judge(kept, "the pickle"), encoding)[0]


def safe_pickle_load(file: Any, *, encoding: str = "ASCII") -> Any:
    """As ``pickle.load``, also of a path. All that follows in the file is judged; one object is read, and the file stands after it."""
    if isinstance(file, (str, os.PathLike)):
        data = read_regular(file)
        return unpickle(data, judge(data, os.fspath(file)), encoding)[0]
    seekable = bool(getattr(file, "seekable", lambda: False)())
    start = file.tell() if seekable else 0
    data = _read(file)
    loaded, end = unpickle(data, judge(data, str(getattr(file, "name", "the pickle"))), encoding)
    if seekable:
        file.seek(start + end)
    elif end != len(data):
        raise ModelkeepUnanalyzable("the stream goes on after the object, and cannot be set back: read it from a file")
    return loaded


def safe_joblib_load(file: Any) -> Any:
    """As ``joblib.load``: plain dumps, and those compressed by zlib, gzip, bz2, lzma or xz."""
    data = read_regular(file) if isinstance(file, (str, os.PathLike)) else _read(file)
    allowed = judge(data, str(file) if isinstance(file, (str, os.PathLike)) else "the dump")
    return unjoblib(decompressed(data), allowed)


def safe_pandas_read_pickle(path: Any) -> Any:
    """As ``pandas.read_pickle``, compressed by gzip, bz2 or xz or not at all."""
    data = read_regular(path) if isinstance(path, (str, os.PathLike)) else _read(path)
    allowed = judge(data, str(path) if isinstance(path, (str, os.PathLike)) else "the pickle")
    return unpickle(decompressed(data), allowed)[0]


def safe_torch_load(file: Any, map_location: Any = None) -> Any:
    """As ``torch.load(file, map_location, weights_only=True)``, judged first. TorchScript is refused."""
    data = read_regular(file) if isinstance(file, (str, os.PathLike)) else _read(file)
    judge(data, str(file) if isinstance(file, (str, os.PathLike)) else "the checkpoint")
    try:
        import torch
    except ImportError as cause:
        raise ModelkeepUnsupported("torch is not installed here") from cause
    return torch.load(io.BytesIO(data), map_location=map_location, weights_only=True)


def _read(file: Any) -> bytes:
    data = file.read(MAX_BYTES + 1)
    if not isinstance(data, bytes):
        raise TypeError("open the file for reading bytes: mode 'rb'")
    if len(data) > MAX_BYTES:
        raise ModelkeepLimitExceeded("the file has more than %d bytes" % MAX_BYTES)
    return data
