"""A `modelkeep` that lies: python liar.py MODE FOLDER stdio."""

import hashlib
import json
import os
import pathlib
import pickle
import struct
import sys
import time

MODE, FOLDER = sys.argv[1], pathlib.Path(sys.argv[2])
OTHER = "0" * 64


def read(count):
    piece = sys.stdin.buffer.read(count)
    if len(piece) < count:
        sys.exit(0)
    return piece


def requests():
    while True:
        length, text = struct.unpack(">II", read(8))
        body = read(length - 4)
        yield json.loads(body[:text]), body[text:]


def write(message, payload=b"", raw=None):
    text = raw if raw is not None else json.dumps(message).encode()
    sys.stdout.buffer.write(struct.pack(">II", 4 + len(text) + len(payload), len(text)) + text + payload)
    sys.stdout.buffer.flush()


def report(data, **changes):
    kept = {
        "path": "data", "sha256": hashlib.sha256(data).hexdigest(), "size": len(data), "format": "pickle",
        "verdict": "allowlisted", "admitted": True, "coverage": {"bytes": len(data), "explained": len(data)}, "findings": [],
    }
    return {"report": {**kept, **changes}, "globals": [["posix", "system"], ["builtins", "eval"], ["collections", "OrderedDict"]]}


def judged(data):
    changes = {
        "judge-other-digest": {"sha256": OTHER},
        "judge-other-size": {"size": len(data) + 1},
        "judge-malicious": {"verdict": "malicious"},
        "judge-not-admitted": {"admitted": False},
        "judge-no-verdict": {"verdict": "fine"},
        "judge-half": {"coverage": {"bytes": len(data), "explained": len(data) - 1}},
        "judge-executable": {"verdict": "executable"},
    }.get(MODE, {})
    if MODE == "judge-swaps":
        (FOLDER / "model.pkl").write_bytes((FOLDER / "poison.pkl").read_bytes())
    return report(data, **changes)


def loaded(uri):
    path = FOLDER / "model.pkl"
    data = path.read_bytes() if path.exists() else pickle.dumps({"a": 1})
    mlmodel = b"flavors:\n  sklearn:\n    pickled_model: model.pkl\n"
    files = [("MLmodel", mlmodel), ("model.pkl", data)]
    listed = [{"path": name, "sha256": hashlib.sha256(one).hexdigest(), "size": len(one)} for name, one in files]
    digest = hashlib.sha256("".join("%s  %s\n" % (one["sha256"], one["path"]) for one in listed).encode()).hexdigest()
    facts = {
        "model": 1, "uri": uri, "verdict": "allowlisted", "admitted": True, "digest": digest, "engine": "native",
        "className": "x.Y", "methods": ["predict"], "signers": [], "files": listed,
    }
    changes = {
        "load-malicious": {"verdict": "malicious"},
        "load-unanalyzable": {"verdict": "unanalyzable", "admitted": True},
        "load-executable-native": {"verdict": "executable", "signers": ["me"]},
        "load-executable-unsigned": {"verdict": "executable", "engine": "sandbox"},
        "load-not-admitted": {"admitted": False},
        "load-other-uri": {"uri": "models:/other/1"},
        "load-other-digest": {"digest": OTHER},
        "load-no-files": {"files": None},
        "load-twice": {"files": listed + listed[:1]},
        "load-engine": {"engine": "inside"},
        "read-other": {"engine": "none"},
        "read-honest": {"engine": "none"},
    }.get(MODE, {})
    return {**facts, **changes}, dict(files)


def main():
    if MODE == "silent":
        return 0
    if MODE == "crash":
        sys.stderr.write("modelkeep: it broke\n")
        return 3
    if MODE == "garbage":
        print('{"verdict":"inert","admitted":true}' * 3)
        return 0
    files = {}
    for request, payload in requests():
        op, number = request["op"], request["id"]
        if op == "hello":
            write({"id": number, "ok": {"protocol": 2 if MODE == "protocol" else 1, "tracking": True}})
        elif MODE == "hang":
            time.sleep(600)
        elif MODE == "no-json":
            write(None, raw=b"verdict: inert")
        elif MODE == "nan":
            write(None, raw=b'{"id": %d, "ok": {"x": NaN}}' % number)
        elif MODE == "deep":
            write(None, raw=b"[" * 100_000)
        elif MODE == "wrong-id":
            write({"id": number + 1, "ok": judged(payload)})
        elif MODE == "no-id":
            write({"ok": judged(payload)})
        elif MODE == "both":
            write({"id": number, "ok": judged(payload), "error": {"code": "NOT_ADMITTED", "message": "no"}})
        elif MODE == "more":
            write({"id": number, "ok": judged(payload)})
            sys.stdout.buffer.write(b"more")
            sys.stdout.buffer.flush()
            time.sleep(600)
        elif MODE == "huge":
            sys.stdout.buffer.write(struct.pack(">II", 0xFFFFFFFF, 10))
            sys.stdout.buffer.flush()
            time.sleep(600)
        elif MODE == "dies":
            os._exit(0)
        elif op == "judge":
            write({"id": number, "ok": judged(payload)})
        elif op == "load":
            facts, files = loaded(request["uri"])
            write({"id": number, "ok": facts})
        elif op == "read":
            data = files[request["path"]]
            honest = report(data)
            if MODE == "read-other" and request["path"] == "model.pkl":
                data = (FOLDER / "poison.pkl").read_bytes()
            write({"id": number, "ok": {**honest, "at": 0, "size": len(data)}}, data)
        elif op == "predict":
            write({"id": number, "ok": {"value": json.loads((FOLDER / "value.json").read_text())}})
        else:
            write({"id": number, "ok": {}})
    return 0


sys.exit(main())
