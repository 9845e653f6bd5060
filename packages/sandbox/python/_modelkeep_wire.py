"""Frames and values as they go between a worker and Modelkeep.

A frame is two lengths (four bytes each, big-endian): of everything after the first, and of the JSON text; then the JSON
text, then raw bytes that the text points into. Numbers travel as the bytes of their NumPy array, little-endian, so that
no bit of them changes. The twin of this file is src/wire/frames.ts and src/wire/values.ts.
"""

import json
import os
import struct
import sys

NUMERIC = {
    "float64", "float32", "int64", "int32", "int16", "int8", "uint64", "uint32", "uint16", "uint8", "bool",
}
LARGEST_EXACT = 2**53


class BadInput(Exception):
    """The request does not fit the model's signature."""


class Unsendable(Exception):
    """The model's answer has no form in this protocol."""


def read_exactly(descriptor, count):
    piece = bytearray(count)
    view = memoryview(piece)
    while view:
        got = os.readv(descriptor, [view])
        if not got:
            # The other side has gone: so does this one.
            os._exit(0)
        view = view[got:]
    return piece


def read_frame(descriptor):
    """The message and the bytes it points into."""
    length, text = struct.unpack(">II", read_exactly(descriptor, 8))
    body = read_exactly(descriptor, length - 4)
    return json.loads(bytes(body[:text])), memoryview(body)[text:]


def write_all(descriptor, piece):
    view = memoryview(piece).cast("B")
    while view:
        view = view[os.write(descriptor, view):]


def write_frame(descriptor, message, parts=()):
    text = json.dumps(message, allow_nan=False).encode("utf-8")
    length = 4 + len(text) + sum(len(part) for part in parts)
    write_all(descriptor, struct.pack(">II", length, len(text)) + text)
    for part in parts:
        write_all(descriptor, part)


class Parts(list):
    """The bytes of one message, each part at a multiple of eight."""

    def __init__(self):
        super().__init__()
        self.size = 0

    def add(self, piece):
        place = {"at": self.size, "size": len(piece)}
        padding = -len(piece) % 8
        self.append(piece + b"\0" * padding if padding else piece)
        self.size += len(piece) + padding
        return place


def plain(value):
    """One element as JSON has it. What JSON cannot say is a record of one member: n (no finite number), i (large)."""
    if hasattr(value, "item"):
        value = value.item()
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, int):
        return value if abs(value) <= LARGEST_EXACT else {"i": str(value)}
    if isinstance(value, float):
        if value != value:
            return {"n": "nan"}
        return value if abs(value) != float("inf") else {"n": "inf" if value > 0 else "-inf"}
    if type(value).__name__ in ("NAType", "NaTType"):
        return None
    if hasattr(value, "isoformat"):
        return value.isoformat()
    if isinstance(value, (bytes, complex, dict, list, set, tuple)) or hasattr(value, "__array__"):
        raise Unsendable(type(value).__name__ + " within an array: predict with a scoring document instead")
    return str(value)


def encode_data(array, parts):
    import numpy

    name = array.dtype.name
    if name in NUMERIC:
        little = numpy.ascontiguousarray(array, dtype=array.dtype.newbyteorder("<"))
        return {"dtype": name, **parts.add(little.tobytes())}
    if array.dtype.kind == "M":
        text = numpy.datetime_as_string(array.ravel())
        missing = numpy.isnat(array.ravel())
        return {"dtype": "object", "items": [None if no else str(one) for one, no in zip(text, missing)]}
    kind = "str" if array.dtype.kind in "UT" else "object"
    return {"dtype": kind, "items": [plain(value) for value in array.ravel().tolist()]}


def column(series):
    """A column as an array: extension types (nullable, Arrow, categories) become the NumPy type that fits."""
    array = series.to_numpy()
    kind = getattr(series.dtype, "kind", "O")
    if array.dtype != object or kind not in "iufb" or series.hasnans:
        return array
    return series.to_numpy(dtype=getattr(series.dtype, "numpy_dtype", None))


def encode(value, parts):
    import numpy
    import pandas

    if isinstance(value, pandas.DataFrame):
        if not value.columns.is_unique:
            raise Unsendable("a frame with columns of the same name")
        columns = [[str(name), encode_data(column(value[name]), parts)] for name in value.columns]
        return {"kind": "frame", "rows": len(value), "columns": columns}
    if isinstance(value, pandas.Series):
        value = column(value)
    if hasattr(value, "tocsr"):
        matrix = value.tocsr()
        return {
            "kind": "csr",
            "shape": list(matrix.shape),
            "indptr": encode_data(matrix.indptr.astype("int64"), parts),
            "indices": encode_data(matrix.indices.astype("int64"), parts),
            "data": encode_data(matrix.data, parts),
        }
    if isinstance(value, list) and value and all(isinstance(one, numpy.ndarray) for one in value):
        return {"kind": "tensors", "tensors": [encode(one, parts) for one in value]}
    array = value if isinstance(value, numpy.ndarray) else numpy.asarray(value)
    return {"kind": "tensor", "shape": list(array.shape), **encode_data(array, parts)}


def element(value):
    if not isinstance(value, dict):
        return value
    return float(value["n"]) if "n" in value else int(value["i"])


def decode_data(data, payload):
    import numpy

    dtype = data["dtype"]
    if "at" in data:
        piece = payload[data["at"]:data["at"] + data["size"]]
        # A copy of its own: models write into what they are given.
        return numpy.frombuffer(piece, dtype=numpy.dtype(dtype).newbyteorder("<")).astype(numpy.dtype(dtype))
    items = [element(value) for value in data["items"]]
    if dtype == "str":
        return numpy.array(items, dtype=str)
    if dtype == "":
        return numpy.array(items)
    array = numpy.empty(len(items), dtype=object)
    array[:] = items
    return array


def decode(value, payload):
    import pandas

    kind = value["kind"]
    if kind == "tensor":
        return decode_data(value, payload).reshape(value["shape"])
    if kind == "frame":
        return pandas.DataFrame({name: decode_data(data, payload) for name, data in value["columns"]})
    if kind == "csr":
        from scipy.sparse import csr_matrix

        parts = [decode_data(value[name], payload) for name in ("data", "indices", "indptr")]
        return csr_matrix(tuple(parts), shape=value["shape"])
    items = value["items"]
    if items and isinstance(items[0], dict):
        return pandas.DataFrame([{name: element(one) for name, one in row.items()} for row in items])
    return items


def log(text):
    sys.stderr.write(text + "\n")
    sys.stderr.flush()
