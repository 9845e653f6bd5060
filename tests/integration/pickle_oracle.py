"""Makes seeded hostile pickles and says what CPython's two unpicklers do with each.

    python pickle_oracle.py SEED COUNT > cases.jsonl

One line a case: {"data": hex, "c": outcome, "py": outcome}, where an outcome is
{"globals": [[module, name]...], "calls": n, "ok": bool, "shape": text or null}.
Nothing is imported or called: `find_class` answers with classes that only count.
"""

import io
import json
import pickle
import pickletools
import random
import resource
import struct
import sys
import warnings

LIMIT_BYTES = 3 << 30
OPCODES = {op.name: op.code.encode("latin-1") for op in pickletools.opcodes}


class Recorder:
    def __init__(self):
        self.globals = []
        self.calls = 0


def recording_class(recorder, module, name):
    class Recorded:
        def __new__(cls, *args, **kwargs):
            recorder.calls += 1
            return object.__new__(cls)

        def __init__(self, *args, **kwargs):
            pass

        def __call__(self, *args, **kwargs):
            recorder.calls += 1
            return self

        def __setstate__(self, state):
            pass

        def append(self, item):
            pass

        def extend(self, items):
            pass

        def add(self, item):
            pass

        def __setitem__(self, key, value):
            pass

    return Recorded


def unpickler(base, recorder):
    class Recording(base):
        def find_class(self, module, name):
            recorder.globals.append([module, name])
            return recording_class(recorder, module, name)

        def persistent_load(self, pid):
            return recording_class(recorder, "persistent", "id")

    return Recording


def shape(value, depth=0):
    """A text of the value that the other side can make too; what dicts and sets hold is left out."""
    if depth > 5:
        return "..."
    kind = type(value)
    if value is None or kind is bool or kind is int:
        return repr(value) if kind is not int or abs(value) < 1 << 200 else "int"
    if kind is float:
        return struct.pack(">d", value).hex() if value == value else "nan"
    if kind is str:
        return "s" + value.encode("utf-16-be", "surrogatepass").hex()
    if kind is bytes or kind is bytearray:
        return kind.__name__[:6] + kind(value).hex()
    if kind is list or kind is tuple:
        return kind.__name__ + "(" + ",".join(shape(item, depth + 1) for item in value[:50]) + ")"
    if kind in (dict, set, frozenset):
        return kind.__name__
    return "object"


def outcome(base, data):
    recorder = Recorder()
    result = {"ok": False, "shape": None}
    try:
        # Buffered, as an opened file is: the C unpickler then reads ahead.
        value = unpickler(base, recorder)(io.BufferedReader(io.BytesIO(data))).load()
        result = {"ok": True, "shape": shape(value)}
    except (Exception, MemoryError, RecursionError) as error:
        result["error"] = f"{type(error).__name__}: {error}"[:80]
    return {"globals": recorder.globals, "calls": recorder.calls, **result}


NUMBERS = [b"0", b"1", b"-1", b"00", b"01", b"007", b"0x10", b"1_0", b" 1", b"1 ", b"+1", b"-0", b"1L", b"0L", b"",
           b"1\x00", b"9" * 30, b"-9223372036854775808", b"0b1", b"0o7", b"1.0", b"x", b"\t3", b"3\r", b"1e3", b"1e999",
           b"inf", b"-inf", b"nan", b"infinity", b".5", b"5.", b"1_0.0", b"-0.0", b"1E5", b"--1", b"0_7", b"_1", b"255"]
STRINGS = [b"'a'", b'"a"', b"'\\n'", b"'\\x41'", b"'\\x4'", b"'\\101'", b"'\\777'", b"'a", b"a'", b"''", b"'", b"'\\'",
           b"'\\q'", b"'\\u0041'", b"'\xff'", b" 'a'", b"'a' ", b"'a'\r", b"\"'\"", b"'\\N{DASH}'", b"'\x00'"]
UNICODES = [b"a", b"", b"\\u0041", b"\\U0001F600", b"\\U00110000", b"\\u004", b"\\\\u0041", b"\\\\\\u0041", b"\xe9",
            b"\\", b"\\x41", b"\\ud800", b"a\rb", b"\\u", b"\\U0001F60"]
NAMES = [b"os", b"posix", b"copy_reg", b"__builtin__", b"a.b", b"", b"caf\xc3\xa9", b"\xff", b" os", b"os\r", b"x" * 300]


def small_bytes(rng):
    return bytes(rng.choice(b"aA0\n'\\.\x00\x80\xff\xed\xa0") for _ in range(rng.choice([0, 1, 2, 5, 300])))


def utf8(rng):
    return rng.choice([b"os", b"system", b"a.b", b"", "é".encode(), b"\xed\xa0\x80", b"\xff", b"x" * 300, b"builtins"])


def argument(rng, name):
    if name in ("INT", "LONG", "FLOAT"):
        return rng.choice(NUMBERS) + b"\n"
    if name in ("GET", "PUT"):
        return rng.choice([b"0", b"1", b"2", b"3", rng.choice(NUMBERS)]) + b"\n"
    if name == "STRING":
        return rng.choice(STRINGS) + b"\n"
    if name in ("UNICODE", "PERSID"):
        return rng.choice(UNICODES) + b"\n"
    if name in ("GLOBAL", "INST"):
        return rng.choice(NAMES) + b"\n" + rng.choice(NAMES) + b"\n"
    if name in ("BINGET", "BINPUT"):
        return bytes([rng.choice([0, 1, 2, 3, 255])])
    if name in ("LONG_BINGET", "LONG_BINPUT"):
        return struct.pack("<I", rng.choice([0, 1, 2, 3, 70000]))
    if name == "PROTO":
        return bytes([rng.choice([0, 1, 2, 3, 4, 5, 5, 4, 6])])
    if name == "FRAME":
        return struct.pack("<Q", rng.choice([0, 1, 3, 10, 30, 100, 1 << 63, (1 << 62)]))
    if name in ("BININT1", "EXT1"):
        return bytes([rng.randrange(256)])
    if name in ("BININT2", "EXT2"):
        return struct.pack("<H", rng.randrange(65536))
    if name in ("BININT", "EXT4"):
        return struct.pack("<i", rng.choice([0, 1, -1, 1 << 30]))
    if name == "BINFLOAT":
        return struct.pack(">d", rng.choice([0.0, -0.0, 1.5, float("nan"), float("inf")]))
    if name == "LONG1":
        body = small_bytes(rng)[:255]
        return bytes([len(body)]) + body
    if name in ("LONG4", "BINSTRING"):
        body = small_bytes(rng)
        return struct.pack("<i", rng.choice([len(body)] * 6 + [-1])) + body
    if name in ("SHORT_BINSTRING", "SHORT_BINBYTES"):
        body = small_bytes(rng)[:255]
        return bytes([len(body)]) + body
    if name in ("BINBYTES",):
        body = small_bytes(rng)
        return struct.pack("<I", len(body)) + body
    if name in ("BINBYTES8", "BYTEARRAY8"):
        body = small_bytes(rng)
        return struct.pack("<Q", rng.choice([len(body)] * 6 + [1 << 63])) + body
    if name == "SHORT_BINUNICODE":
        body = utf8(rng)[:255]
        return bytes([len(body)]) + body
    if name == "BINUNICODE":
        body = utf8(rng)
        return struct.pack("<I", len(body)) + body
    if name == "BINUNICODE8":
        body = utf8(rng)
        return struct.pack("<Q", len(body)) + body
    return b""


PUSHES = ["NONE", "NEWTRUE", "INT", "LONG", "FLOAT", "BININT", "BININT1", "BININT2", "LONG1", "LONG4", "BINFLOAT",
          "STRING", "BINSTRING", "SHORT_BINSTRING", "UNICODE", "BINUNICODE", "SHORT_BINUNICODE", "BINUNICODE8",
          "SHORT_BINBYTES", "BINBYTES", "BINBYTES8", "BYTEARRAY8", "EMPTY_LIST", "EMPTY_DICT", "EMPTY_SET",
          "EMPTY_TUPLE", "GLOBAL", "PERSID"]


def snippet(rng):
    """A few opcodes that belong together, so that programs live long enough to be interesting."""
    op = OPCODES
    push = lambda: one(rng, rng.choice(PUSHES))
    return rng.choice([
        lambda: one(rng, "GLOBAL") + op["EMPTY_TUPLE"] + op["REDUCE"],
        lambda: one(rng, "GLOBAL") + push() + op["TUPLE1"] + op["REDUCE"],
        lambda: one(rng, "GLOBAL") + op["EMPTY_LIST"] + op["REDUCE"],
        lambda: one(rng, "GLOBAL") + op["EMPTY_TUPLE"] + op["NEWOBJ"],
        lambda: one(rng, "GLOBAL") + op["EMPTY_TUPLE"] + op["EMPTY_DICT"] + op["NEWOBJ_EX"],
        lambda: one(rng, "SHORT_BINUNICODE") + one(rng, "SHORT_BINUNICODE") + op["STACK_GLOBAL"],
        lambda: op["MARK"] + push() + one(rng, "INST"),
        lambda: one(rng, "INST"),
        lambda: op["MARK"] + one(rng, "GLOBAL") + push() + op["OBJ"],
        lambda: op["EMPTY_LIST"] + op["MARK"] + push() + push() + op["APPENDS"],
        lambda: op["EMPTY_DICT"] + op["MARK"] + push() + push() + op["SETITEMS"],
        lambda: op["EMPTY_DICT"] + push() + push() + op["SETITEM"],
        lambda: op["MARK"] + push() + push() + op["DICT"],
        lambda: op["MARK"] + push() + rng.choice([op["LIST"], op["TUPLE"], op["FROZENSET"], op["POP_MARK"]]),
        lambda: push() + op["MEMOIZE"],
        lambda: push() + one(rng, "BINPUT"),
        lambda: push() + one(rng, "PUT"),
        lambda: one(rng, "FRAME"),
        lambda: op["EMPTY_DICT"] + op["BUILD"],
        push,
        push,
        lambda: one(rng, rng.choice(list(OPCODES))),
    ])()


def one(rng, name):
    return OPCODES[name] + argument(rng, name)


def program(rng):
    body = b"".join(snippet(rng) for _ in range(rng.randrange(1, 14)))
    head = b"" if rng.random() < 0.3 else b"\x80" + bytes([rng.randrange(6)])
    if rng.random() < 0.15:
        body = one(rng, "FRAME")[:1] + struct.pack("<Q", max(0, len(body) + rng.choice([0, 1, 1, -1, -3, 5]))) + body
    tail = b"." if rng.random() < 0.9 else b""
    return head + body + tail


class Plain:
    def __init__(self):
        self.a = [1, 2.5, "x" * 300, b"y" * 300]


class Slots:
    __slots__ = ("a", "b")

    def __init__(self):
        self.a, self.b = 1, "z"


def samples():
    shared = ["s"]
    values = [
        [1, -1, 1 << 70, -(1 << 70), 1.5, None, True, False, "é", "\ud800", b"b", bytearray(b"c")],
        {"a": (1, 2, 3, 4), (1,): {1, 2}, "f": frozenset([1])},
        [shared, shared, (shared,)],
        Plain(), [Plain(), Plain()], complex(1, 2), range(3), "x" * 70000, list(range(1100)),
    ]
    out = [pickle.dumps(v, p) for v in values for p in range(pickle.HIGHEST_PROTOCOL + 1)]
    return out + [pickle.dumps(Slots(), p) for p in range(2, pickle.HIGHEST_PROTOCOL + 1)]


def mutate(rng, data):
    data = bytearray(data)
    for _ in range(rng.choice([1, 1, 2, 4])):
        at = rng.randrange(len(data) + 1)
        kind = rng.randrange(5)
        if kind == 0 and at < len(data):
            data[at] ^= 1 << rng.randrange(8)
        elif kind == 1:
            data[at:at] = snippet(rng)
        elif kind == 2:
            del data[at : at + rng.choice([1, 2, 8])]
        elif kind == 3 and at < len(data):
            data[at] = rng.choice(list(OPCODES.values()))[0]
        else:
            other = rng.randrange(len(data) + 1)
            data[at:at] = data[other : other + rng.randrange(12)]
    return bytes(data)


def main():
    seed, count = int(sys.argv[1]), int(sys.argv[2])
    warnings.simplefilter("ignore")
    resource.setrlimit(resource.RLIMIT_AS, (LIMIT_BYTES, LIMIT_BYTES))
    rng = random.Random(seed)
    real = samples()
    for _ in range(count):
        data = program(rng) if rng.random() < 0.6 else mutate(rng, rng.choice(real))
        if len(data) > 80000:
            continue
        line = {"data": data.hex(), "c": outcome(pickle.Unpickler, data), "py": outcome(pickle._Unpickler, data)}
        sys.stdout.write(json.dumps(line) + "\n")


if __name__ == "__main__":
    main()
