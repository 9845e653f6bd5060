"""Joins what `collect.py` recorded in several environments into one compact document.

    python merge.py OUT.json RECORD.json …

For every global: the environments it was seen in, and the forms in which it was used.
"""

import json
import sys

# A form names what an argument was made by; how a writer spelled an array is of no interest here.
MAX_FORMS = 6


def main():
    out, records = sys.argv[1], [json.load(open(path)) for path in sys.argv[2:]]
    environments, found = [], {}
    for number, record in enumerate(records):
        versions = " ".join("%s %s" % item for item in sorted(record["versions"].items()))
        environments.append({"versions": versions, "models": record["models"], "files": record["files"]})
        for name, forms in record["globals"].items():
            if name.startswith("<"):  # a method that was fetched by getattr; getattr itself is recorded
                continue
            entry = found.setdefault(name, {"seen": [], "forms": set()})
            entry["seen"].append(number)
            entry["forms"].update("value" if form.startswith("ref") else form for form in forms)
    document = {
        "environments": environments,
        "globals": {
            name: {"seen": entry["seen"], "forms": sorted(entry["forms"])[:MAX_FORMS]}
            for name, entry in sorted(found.items())
        },
    }
    with open(out, "w") as file:
        file.write("{\n\"environments\": [\n")
        file.write(",\n".join(json.dumps(item) for item in document["environments"]))
        file.write("\n],\n\"globals\": {\n")
        lines = ["%s: %s" % (json.dumps(name), json.dumps(value, separators=(",", ":"))) for name, value in document["globals"].items()]
        file.write(",\n".join(lines) + "\n}\n}\n")


if __name__ == "__main__":
    main()
