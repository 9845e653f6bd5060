"""Prints the GraphQL operations that the web pages of the installed MLflow send, one JSON object a line.

    python tools/routes/list_graphql.py

The gateway lets only these through (`packages/gateway/src/routes/graphql-operations.ts`), known by the digest of
their text without white space and `__typename`, which the pages' client adds when it sends them.
"""

import hashlib
import json
import pathlib
import re

import mlflow.server

BUNDLE = pathlib.Path(mlflow.server.__file__).parent / "js" / "build"
OPERATION = re.compile(r"`\s*((?:query|mutation) (\w+)\(\$(\w+): \w+!\)[^`]*)`")


def digest(text):
    """The same as `queryDigest` of the gateway."""
    text = re.sub(r"\b__typename\b", " ", text)
    return hashlib.sha256(re.sub(r"\s+", " ", text).strip().encode()).hexdigest()


def main():
    for script in sorted(BUNDLE.rglob("*.js")):
        for text, name, variable in OPERATION.findall(script.read_text(errors="replace")):
            print(json.dumps({"name": name, "variable": variable, "digest": digest(text)}))


main()
