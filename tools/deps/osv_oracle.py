"""What OSV records say of versions, by `packaging` and the evaluation that the OSV schema gives (ossf.github.io/osv-schema,
"Evaluation"): the reference that `modelkeep deps` is compared with.

  osv_oracle.py pairs ZIP COUNT SEED   JSON: random (package, version) pairs with the ids that affect them, and random
                                       specifiers with what they allow
  osv_oracle.py serve ZIP              the OSV service's /v1/query and /v1/querybatch on loopback; prints its port
"""

import http.server
import json
import random
import re
import sys
import zipfile

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion, Version


def canonical(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def read(path):
    records = {}
    with zipfile.ZipFile(path) as archive:
        for member in archive.namelist():
            if not member.endswith(".json"):
                continue
            record = json.loads(archive.read(member))
            if record.get("withdrawn"):
                continue
            # The service writes times so, and some of its clients read no other form.
            for key in ("modified", "published"):
                if key in record:
                    record[key] = record[key][:19].replace(" ", "T") + "Z"
            names = {canonical(one["package"]["name"]) for one in record["affected"] if one["package"]["ecosystem"] == "PyPI"}
            for name in names:
                records.setdefault(name, []).append(record)
    return records


ZERO = Version("0.dev0")


def bound(text):
    return ZERO if text == "0" else Version(text)


def listed(affected, version):
    for text in affected.get("versions", []):
        try:
            if Version(text) == version:
                return True
        except InvalidVersion:
            continue
    return False


def in_range(events, version):
    vulnerable = False
    order = []
    for event in events:
        for kind in ("introduced", "fixed", "last_affected"):
            if kind in event:
                order.append((bound(event[kind]), kind))
    for at, kind in sorted(order, key=lambda one: one[0]):
        if kind == "introduced" and version >= at:
            vulnerable = True
        elif kind == "fixed" and version >= at:
            vulnerable = False
        elif kind == "last_affected" and version > at:
            vulnerable = False
    return vulnerable


def affects(record, name, text):
    version = Version(Version(text).public)
    for affected in record["affected"]:
        package = affected["package"]
        if package["ecosystem"] != "PyPI" or canonical(package["name"]) != name:
            continue
        if listed(affected, version):
            return True
        for one in affected.get("ranges", []):
            if one["type"] == "ECOSYSTEM" and in_range(one["events"], version):
                return True
    return False


def neighbours(pool, rng):
    text = rng.choice(pool)
    kind = rng.randrange(8)
    if kind < 4:
        return text
    if kind == 4:
        return text + rng.choice([".1", ".0", ".0.0", ".post1", ".dev1"])
    if kind == 5:
        return text + rng.choice(["rc1", "a1", "+cpu", "-1"])
    parts = text.split(".")
    if parts[-1].isdigit():
        parts[-1] = str(max(0, int(parts[-1]) + rng.choice([-1, 1])))
    return ".".join(parts)


def pool_of(records, name):
    pool = {"0", "1.0", "999"}
    for record in records:
        for affected in record["affected"]:
            if canonical(affected["package"]["name"]) != name:
                continue
            pool.update(affected.get("versions", []))
            for one in affected.get("ranges", []):
                if one["type"] == "ECOSYSTEM":
                    pool.update(text for event in one["events"] for text in event.values())
    return sorted(pool)


def pairs(path, count, seed):
    rng = random.Random(seed)
    records = read(path)
    names = sorted(records)
    pools = {}
    # The schema does not say what a bound means that is no version: such records are left out on both sides.
    odd = sorted({record["id"] for found in records.values() for record in found if is_odd(record)})
    rows = []
    while len(rows) < count:
        name = rng.choice(names)
        pool = pools.setdefault(name, pool_of(records[name], name))
        text = neighbours(pool, rng)
        try:
            Version(text)
        except InvalidVersion:
            continue
        ids = sorted(record["id"] for record in records[name] if record["id"] not in odd and affects(record, name, text))
        rows.append({"name": name, "version": text, "ids": ids, **specifier(pool, text, rng)})
    return {"rows": rows, "odd": odd}


def is_odd(record):
    for affected in record["affected"]:
        for one in affected.get("ranges", []):
            if one["type"] != "ECOSYSTEM":
                continue
            for event in one["events"]:
                for text in event.values():
                    try:
                        bound(text)
                    except InvalidVersion:
                        return True
    return False


def specifier(pool, text, rng):
    clauses = []
    for _ in range(rng.randrange(1, 4)):
        operator = rng.choice(["==", "!=", "<=", ">=", "<", ">", "~="])
        clauses.append(operator + neighbours(pool, rng) + (".*" if operator in ("==", "!=") and rng.random() < 0.3 else ""))
    written = ",".join(clauses)
    try:
        return {"specifier": written, "allows": SpecifierSet(written).contains(Version(text), prereleases=True)}
    except InvalidSpecifier:
        return {"specifier": written, "allows": None}


class Handler(http.server.BaseHTTPRequestHandler):
    records = {}

    def do_POST(self):
        query = json.loads(self.rfile.read(int(self.headers["content-length"])))
        if self.path.endswith("/querybatch"):
            answer = {"results": [self.ids(one) for one in query["queries"]]}
        else:
            found = self.found(query)
            answer = {"vulns": found} if found else {}
        body = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def ids(self, query):
        found = self.found(query)
        return {"vulns": [{"id": one["id"], "modified": one["modified"]} for one in found]} if found else {}

    def found(self, query):
        name = canonical(query["package"]["name"])
        version = query.get("version")
        return [one for one in self.records.get(name, []) if version is None or is_odd(one) or affects(one, name, version)]

    def log_message(self, *_args):
        pass


def serve(path):
    Handler.records = read(path)
    Handler.protocol_version = "HTTP/1.1"
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    print(server.server_address[1], flush=True)
    server.serve_forever()


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        serve(sys.argv[2])
    else:
        json.dump(pairs(sys.argv[2], int(sys.argv[3]), int(sys.argv[4])), sys.stdout)
