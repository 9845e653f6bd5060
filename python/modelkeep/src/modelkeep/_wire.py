"""Values as they go to the command and come back: numbers as the bytes of their NumPy array, so no bit of them changes.

The twins of this file are packages/sandbox/src/wire/values.ts and packages/modelkeep/src/stdio/values.ts.
"""

from __future__ import annotations

import math
from typing import Any, Dict, List, Tuple

from ._errors import ModelkeepAnswerMalformed, ModelkeepInvalidInput

NUMERIC = frozenset(
    "float64 float32 int64 int32 int16 int8 uint64 uint32 uint16 uint8 bool".split()
)
_LARGEST_EXACT = 2**53
_SCALARS = (str, bool, int, float)


class Parts(List[bytes]):
    """The bytes of one message, each part at a multiple of eight."""

    def __init__(self) -> None:
        super().__init__()
        self.size = 0

    def add(self, piece: bytes) -> Dict[str, int]:
        place = {"at": self.size, "size": len(piece)}
        padding = -len(piece) % 8
        self.append(piece + b"\0" * padding)
        self.size += len(piece) + padding
        return place


def encode(value: Any, parts: Parts) -> Dict[str, Any]:
    """pandas frames and series, NumPy arrays, SciPy sparse matrices, lists, dicts of columns, records.

    :raises ModelkeepInvalidInput: for what has no exact form, by its name
    """
    import numpy
    import pandas

    if isinstance(value, dict):
        value = pandas.DataFrame(value if _are_columns(value) else [value])
    elif isinstance(value, list) and value and all(isinstance(one, dict) for one in value):
        value = pandas.DataFrame(value)
    if isinstance(value, pandas.DataFrame):
        return _encode_frame(value, parts)
    if isinstance(value, (pandas.Series, pandas.Index)):
        array = _column(value, str(value.name))
        return {"kind": "tensor", "shape": [len(array)], **_encode_data(array, parts, "a series")}
    if hasattr(value, "tocsr"):
        matrix = value.tocsr()
        return {
            "kind": "csr",
            "shape": list(matrix.shape),
            "indptr": _encode_data(matrix.indptr.astype("int64"), parts, "indptr"),
            "indices": _encode_data(matrix.indices.astype("int64"), parts, "indices"),
            "data": _encode_data(matrix.data, parts, "a sparse matrix"),
        }
    if not isinstance(value, (numpy.ndarray, numpy.generic, list, tuple, str, bool, int, float)):
        raise ModelkeepInvalidInput("a %s is no input that can be sent to a model" % type(value).__name__)
    try:
        array = numpy.asarray(value)
    except ValueError as cause:
        raise ModelkeepInvalidInput("the list is no array: its rows differ in length") from cause
    return {"kind": "tensor", "shape": list(array.shape), **_encode_data(array, parts, "an array")}


def _are_columns(value: Dict[Any, Any]) -> bool:
    return any(hasattr(one, "__len__") and not isinstance(one, (str, bytes)) for one in value.values())


def _encode_frame(frame: Any, parts: Parts) -> Dict[str, Any]:
    if not frame.columns.is_unique or len({str(name) for name in frame.columns}) != len(frame.columns):
        raise ModelkeepInvalidInput("the frame has columns of the same name: rename them")
    columns = []
    for at, name in enumerate(frame.columns):
        column = frame.iloc[:, at]
        data = _encode_data(_column(column, str(name)), parts, "the column %s" % name)
        if str(column.dtype) == "category":
            data = {"dtype": "category", "items": [_plain(one, str(name)) for one in column.astype(object)]}
        columns.append([str(name), data])
    return {"kind": "frame", "rows": len(frame), "columns": columns}


def _column(series: Any, name: str) -> Any:
    """A column as an array: nullable and Arrow types become the NumPy type that fits."""
    if str(series.dtype) == "category":
        return series.astype(object).to_numpy()
    array = series.to_numpy()
    kind = getattr(series.dtype, "kind", "O")
    if array.dtype != object or kind not in "iufb" or series.hasnans:
        return array
    return series.to_numpy(dtype=getattr(series.dtype, "numpy_dtype", None))


def _encode_data(array: Any, parts: Parts, where: str) -> Dict[str, Any]:
    import numpy

    name = array.dtype.name
    if name in NUMERIC:
        little = numpy.ascontiguousarray(array, dtype=array.dtype.newbyteorder("<"))
        return {"dtype": name, **parts.add(little.tobytes())}
    if array.dtype.kind not in "UTO":
        raise ModelkeepInvalidInput(
            "%s holds %s, which has no exact form here: convert it to numbers or texts first" % (where, name)
        )
    kind = "object" if array.dtype.kind == "O" else "str"
    return {"dtype": kind, "items": [_plain(one, where) for one in array.ravel().tolist()]}


def _plain(value: Any, where: str) -> Any:
    """One element as JSON has it. What JSON cannot say is a record of one member: n (no finite number), i (large)."""
    if hasattr(value, "item") and not hasattr(value, "__len__"):
        value = value.item()
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, int):
        return value if abs(value) <= _LARGEST_EXACT else {"i": str(value)}
    if isinstance(value, float):
        if math.isnan(value):
            return {"n": "nan"}
        return value if math.isfinite(value) else {"n": "inf" if value > 0 else "-inf"}
    if type(value).__name__ == "NAType":
        return None
    raise ModelkeepInvalidInput(
        "%s holds a %s, which has no exact form here: convert it to numbers or texts first"
        % (where, type(value).__name__)
    )


def decode(value: Any, payload: memoryview) -> Any:
    """What a model answered: NumPy arrays, frames, sparse matrices, lists of arrays. Everything is checked.

    :raises ModelkeepAnswerMalformed:
    """
    try:
        return _decode(value, payload)
    except (KeyError, TypeError, ValueError, OverflowError, AttributeError) as cause:
        raise ModelkeepAnswerMalformed("the modelkeep command answered a value that does not fit") from cause


def _decode(value: Dict[str, Any], payload: memoryview) -> Any:
    import numpy

    kind = value["kind"]
    if kind == "tensor":
        return _tensor(value, payload)
    if kind == "tensors":
        return [_tensor(one, payload) for one in value["tensors"]]
    if kind == "frame":
        import pandas

        columns = {str(name): _decode_data(data, payload) for name, data in value["columns"]}
        if len(columns) != len(value["columns"]):
            raise ValueError("two columns of one name")
        return pandas.DataFrame(columns)
    if kind == "csr":
        from scipy.sparse import csr_matrix

        data, indices, indptr = (_decode_data(value[name], payload) for name in ("data", "indices", "indptr"))
        matrix = csr_matrix((data, indices, indptr), shape=_shape(value["shape"]))
        matrix.check_format(full_check=True)
        return matrix
    raise ValueError(kind)


def _tensor(value: Dict[str, Any], payload: memoryview) -> Any:
    array = _decode_data(value, payload)
    return array.reshape(_shape(value["shape"]))


def _shape(shape: Any) -> Tuple[int, ...]:
    if not isinstance(shape, list) or any(type(one) is not int or one < 0 for one in shape):
        raise ValueError("shape")
    return tuple(shape)


def _decode_data(data: Dict[str, Any], payload: memoryview) -> Any:
    import numpy

    dtype = data["dtype"]
    if dtype in NUMERIC:
        at, size = data["at"], data["size"]
        if type(at) is not int or type(size) is not int or at < 0 or size < 0 or at + size > len(payload):
            raise ValueError("bytes outside of the answer")
        kept = numpy.dtype(dtype)
        return numpy.frombuffer(payload[at : at + size], dtype=kept.newbyteorder("<")).astype(kept)
    items = [_element(one) for one in data["items"]]
    if dtype == "str":
        if not all(isinstance(one, str) for one in items):
            raise ValueError("no text")
        return numpy.array(items, dtype=str)
    if dtype != "object":
        raise ValueError("dtype")
    array = numpy.empty(len(items), dtype=object)
    array[:] = items
    return array


def _element(value: Any) -> Any:
    if value is None or isinstance(value, _SCALARS):
        return value
    if "n" in value:
        return {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}[value["n"]]
    return int(value["i"])
