"""Reading files once, so that what is judged is what is loaded."""

from __future__ import annotations

import hashlib
import os
import stat
from typing import Any

from ._errors import ModelkeepInvalidInput, ModelkeepLimitExceeded

MAX_BYTES = 1 << 30


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def read_regular(path: Any, limit: int = MAX_BYTES, follow: bool = True) -> bytes:
    """All bytes of a regular file, opened once. Pipes and devices are refused; links too, unless they are followed."""
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)
    if not follow:
        flags |= getattr(os, "O_NOFOLLOW", 0)
    descriptor = os.open(path, flags)
    with os.fdopen(descriptor, "rb") as file:
        found = os.fstat(file.fileno())
        if not stat.S_ISREG(found.st_mode):
            raise ModelkeepInvalidInput("%s is no regular file" % os.fspath(path))
        data = file.read(limit + 1)
    if len(data) > limit:
        raise ModelkeepLimitExceeded("%s has more than %d bytes" % (os.fspath(path), limit))
    return data
