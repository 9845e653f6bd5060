"""Pickles the models of this environment in every way MLflow does and records what the files name.

    python collect.py LABEL OUT.json [--corpus DIR]
"""

import argparse
import io
import json
import os
import pickle
import platform
import re
import traceback
import zipfile

os.environ.setdefault("OMP_NUM_THREADS", "1")

import data_objects  # noqa: E402
import sklearn_models  # noqa: E402
import symbolic  # noqa: E402
from evidence import Evidence  # noqa: E402

LIBRARIES = "sklearn numpy scipy pandas joblib cloudpickle skops xgboost lightgbm catboost".split()


def versions():
    found = {"python": platform.python_version()}
    for name in LIBRARIES:
        try:
            found[name] = __import__(name).__version__
        except ImportError:
            continue
    return found


def sources():
    import importlib.util

    listed = list(data_objects.SOURCES) + list(sklearn_models.SOURCES)
    if any(importlib.util.find_spec(name) for name in ("xgboost", "lightgbm", "catboost")):
        import boosters

        listed += [(name, make) for name, make in boosters.SOURCES if importlib.util.find_spec(name)]
    return listed


def spellings(value):
    """(how, bytes, reader) for every way of writing `value` that works."""
    for protocol in (0, 2, 4, 5):
        yield "pickle%d" % protocol, lambda p=protocol: pickle.dumps(value, p), "pickle"
    yield "cloudpickle", lambda: __import__("cloudpickle").dumps(value), "pickle"
    yield "joblib", lambda: joblib_bytes(value), "joblib"
    yield "skops", lambda: __import__("skops.io", fromlist=["dumps"]).dumps(value), "skops"


def joblib_bytes(value):
    import joblib

    file = io.BytesIO()
    joblib.dump(value, file)
    return file.getvalue()


def skops_nodes(data, note):
    schema = json.loads(zipfile.ZipFile(io.BytesIO(data)).read("schema.json"))
    todo = [schema]
    while todo:
        node = todo.pop()
        if isinstance(node, dict):
            if "__loader__" in node:
                note("%s.%s" % (node["__module__"], node["__class__"]), "SKOPS " + node["__loader__"])
                if node["__loader__"] in ("FunctionNode", "TypeNode") and isinstance(node.get("content"), dict):
                    inner = node["content"]
                    if "module_path" in inner:
                        note("%s.%s" % (inner["module_path"], inner["function"]), "SKOPS " + node["__loader__"] + " content")
            todo.extend(node.values())
        elif isinstance(node, list):
            todo.extend(node)


def record(evidence, name, value, corpus, counts):
    for how, write, reader in spellings(value):
        try:
            data = write()
        except Exception as error:  # noqa: BLE001 - what the library itself cannot write is no evidence
            counts["unwritable"].append("%s %s: %s" % (how, name, type(error).__name__))
            continue
        counts["written"] += 1
        if reader == "skops":
            skops_nodes(data, evidence.note)
        else:
            evidence.pickle(*symbolic.read(data))
        if corpus:
            suffix = {"joblib": ".joblib", "skops": ".skops"}.get(how, ".pkl")
            path = os.path.join(corpus, re.sub(r"[^\w=.-]+", "_", name)[:80] + "." + how + suffix)
            with open(path, "wb") as file:
                file.write(data)


def write(path, text):
    """Twice if need be: some native code of the models closes descriptors that are not its own."""
    for attempt in range(3):
        try:
            with open(path, "w") as file:
                file.write(text)
            return
        except OSError:
            if attempt == 2:
                raise


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("label")
    parser.add_argument("out")
    parser.add_argument("--corpus")
    parser.add_argument("--only", help="comma separated sources")
    arguments = parser.parse_args()
    if arguments.corpus:
        os.makedirs(arguments.corpus, exist_ok=True)
    evidence, counts, names = Evidence(), {"written": 0, "unwritable": []}, []
    for source, make in sources():
        if arguments.only and source not in arguments.only.split(","):
            continue
        try:
            for name, value in make():
                if value is None:
                    counts["unwritable"].append("no fit: " + name)
                    continue
                names.append(name)
                record(evidence, source + " " + name, value, arguments.corpus, counts)
        except Exception as error:  # noqa: BLE001 - one broken source must not lose the others; it is reported
            counts["unwritable"].append("%s stopped: %s" % (source, traceback.format_exc()))
    result = {
        "label": arguments.label,
        "versions": versions(),
        "models": len(names),
        "files": counts["written"],
        "globals": {name: sorted(forms) for name, forms in sorted(evidence.globals.items())},
    }
    write(arguments.out, json.dumps(result, indent=0))
    write(arguments.out + ".log", "%s: %d models, %d files, %d globals, %d unwritable\n" % (arguments.label, len(names), counts["written"], len(evidence.globals), len(counts["unwritable"])) + "\n".join(counts["unwritable"]))


if __name__ == "__main__":
    main()
