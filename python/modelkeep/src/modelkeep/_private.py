"""Folders of this process alone."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from typing import Iterator


@contextlib.contextmanager
def private_folder() -> Iterator[str]:
    """A folder that only this user reaches (0700), and that is gone afterwards."""
    folder = tempfile.mkdtemp(prefix="modelkeep-log-")
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def write_new(path: str, data: bytes) -> None:
    """Writes a file that must not be there yet. Links are not followed."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)
    with os.fdopen(os.open(path, flags, 0o600), "wb") as file:
        file.write(data)
