"""Unpickling limited to the globals that a verdict named. The bytes are those that were judged: they never leave memory."""

from __future__ import annotations

import copyreg
import inspect
import io
import pickle
import pickletools
import sys
from typing import Any, FrozenSet, Optional, Tuple

from ._errors import ModelkeepRefused, ModelkeepUnanalyzable, ModelkeepUnsupported

Global = Tuple[str, str]

# A second lock: even a verdict that names one of these is not believed. No model needs them.
_NEVER_MODULES = frozenset(
    (
        "_posixsubprocess _winapi asyncio atexit bdb builtins cffi code codeop commands concurrent ctypes "
        "_ctypes faulthandler fileinput ftplib gc http httplib imaplib imp importlib inspect io _io linecache marshal "
        "mmap multiprocessing nt ntpath os pathlib pdb pickle _pickle pip pkgutil platform popen2 posix posixpath pprint "
        "profile pty pydoc resource runpy select selectors shelve shutil signal site smtplib socket _socket socketserver "
        "sqlite3 ssl subprocess sys sysconfig tarfile telnetlib tempfile test thread _thread threading timeit trace "
        "tracemalloc types urllib urllib2 venv webbrowser xmlrpc zipfile zipimport __builtin__ __main__"
    ).split()
)
_BUILTINS = frozenset(
    (
        "abs all any ascii bin bool bytearray bytes chr complex dict divmod enumerate float frozenset hash hex int len list "
        "max min object oct ord pow range repr reversed round set slice sorted str sum tuple type "
        "Ellipsis NotImplemented NoneType unicode long xrange"
    ).split()
)
# A path is a text until somebody opens it.
_PATHS = frozenset("PosixPath PurePath PurePosixPath PureWindowsPath WindowsPath Path".split())


def _refuse_reach(module: str, name: str) -> None:
    top = module.partition(".")[0]
    if top in ("builtins", "__builtin__"):
        if name in _BUILTINS:
            return
    elif top == "pathlib" and name in _PATHS:
        return
    elif top not in _NEVER_MODULES and not any(part[:2] == part[-2:] == "__" for part in name.split(".")):
        return
    raise ModelkeepRefused("the pickle asks for %s.%s, which no model needs: it is not loaded" % (module, name))


class _Limits:
    """What both unpicklers do: nothing is found that was not named, nothing comes from outside of the bytes."""

    _allowed: FrozenSet[Global] = frozenset()

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in self._allowed:
            raise ModelkeepRefused("the pickle asks for %s.%s, which its verdict does not name" % (module, name))
        _refuse_reach(module, name)
        return super().find_class(module, name)  # type: ignore[misc]

    def persistent_load(self, pid: Any) -> Any:
        raise ModelkeepRefused("the pickle refers to an object outside of it (a persistent id)")


class _Unpickler(_Limits, pickle.Unpickler):
    def __init__(self, file: Any, allowed: FrozenSet[Global], encoding: str = "ASCII") -> None:
        super().__init__(file, encoding=encoding)
        self._allowed = allowed


def unpickle(data: bytes, allowed: FrozenSet[Global], encoding: str = "ASCII") -> Tuple[Any, int]:
    """The first object of ``data``, and where it ends.

    :raises ModelkeepRefused: for what the verdict does not name, persistent ids, extension codes, buffers
    :raises ModelkeepUnanalyzable: when Python cannot read what the scanner could
    """
    _refuse_extensions(data)
    stream = io.BytesIO(data)
    return _load(_Unpickler(stream, allowed, encoding)), stream.tell()


def _load(unpickler: Any) -> Any:
    try:
        return unpickler.load()
    except (ImportError, AttributeError) as cause:
        raise ModelkeepUnsupported("what the pickle is made of is not installed here: %s" % cause) from cause
    except (pickle.UnpicklingError, EOFError, ValueError, IndexError, KeyError, TypeError) as cause:
        raise ModelkeepUnanalyzable("the pickle cannot be read: %s" % cause) from cause


def _refuse_extensions(data: bytes) -> None:
    """Registered extension codes are looked up in a cache before ``find_class`` is asked."""
    if not copyreg._inverted_registry:  # type: ignore[attr-defined]
        return
    try:
        found = any(opcode.name in ("EXT1", "EXT2", "EXT4") for opcode, _, _ in pickletools.genops(data))
    except Exception as cause:
        raise ModelkeepUnanalyzable("the pickle cannot be read: %s" % cause) from cause
    if found:
        raise ModelkeepRefused("the pickle uses extension codes, which mean something else in each process")


def unjoblib(data: bytes, allowed: FrozenSet[Global]) -> Any:
    """The object of a joblib dump that is not compressed.

    :raises ModelkeepUnsupported: joblib is not installed, or this version of it cannot be limited
    """
    if copyreg._inverted_registry:  # type: ignore[attr-defined]
        raise ModelkeepUnsupported("extension codes are registered in this process: joblib cannot be limited")
    try:
        from joblib.numpy_pickle import NumpyArrayWrapper, NumpyUnpickler
    except ImportError as cause:
        raise ModelkeepUnsupported("joblib is not installed here") from cause

    class Wrapper(NumpyArrayWrapper):  # type: ignore[misc]
        """joblib hands arrays of objects to a plain ``pickle.load``; here they stay limited."""

        def read_array(self, unpickler: Any, *more: Any, **named: Any) -> Any:
            if self.dtype.hasobject:
                array = _load(_Unpickler(unpickler.file_handle, allowed))
                return array.reshape(self.shape) if hasattr(array, "reshape") else array
            return super().read_array(unpickler, *more, **named)

    class Unjoblib(_Limits, NumpyUnpickler):  # type: ignore[misc]
        def find_class(self, module: str, name: str) -> Any:
            if module.startswith("joblib.numpy_pickle_compat") or name in ("NDArrayWrapper", "ZNDArrayWrapper"):
                raise ModelkeepRefused("the dump keeps arrays in other files: dump it again with joblib 0.10 or newer")
            found = super().find_class(module, name)
            return Wrapper if found is NumpyArrayWrapper else found

    stream = io.BytesIO(data)
    more = {"ensure_native_byte_order": True}
    known = inspect.signature(NumpyUnpickler.__init__).parameters
    unpickler = Unjoblib("", stream, **{name: value for name, value in more.items() if name in known})
    unpickler._allowed = allowed
    return _load(unpickler)


def decompressed(data: bytes, limit: Optional[int] = None) -> bytes:
    """What joblib or pandas compressed, by its first bytes; other data as it is.

    :raises ModelkeepUnsupported: for a compression that the standard library does not have
    """
    import bz2
    import lzma
    import zlib

    bound = min(limit if limit is not None else 1 << 32, sys.maxsize)
    reader: Any
    if data[:2] == b"\x1f\x8b":
        reader = zlib.decompressobj(31)
    elif data[:1] == b"\x78" and len(data) > 1 and (data[0] * 256 + data[1]) % 31 == 0:
        reader = zlib.decompressobj()
    elif data[:3] == b"BZh":
        reader = bz2.BZ2Decompressor()
    elif data[:6] == b"\xfd7zXZ\0" or data[:3] == b"\x5d\0\0":
        reader = lzma.LZMADecompressor()
    elif data[:4] in (b"\x04\x22\x4d\x18", b"\x28\xb5\x2f\xfd"):
        raise ModelkeepUnsupported("lz4 and zstandard need more than the standard library: dump it with another compression")
    else:
        return data
    try:
        plain = reader.decompress(data, bound)
        ended = reader.eof
    except (zlib.error, OSError, EOFError, lzma.LZMAError) as cause:
        raise ModelkeepUnanalyzable("the compressed data cannot be read: %s" % cause) from cause
    if not ended or reader.unused_data:
        raise ModelkeepUnanalyzable("the compressed data does not end where the file ends, or is larger than %d bytes" % bound)
    return bytes(plain)
