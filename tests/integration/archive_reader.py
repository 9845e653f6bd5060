"""Says what CPython sees in archives: reads JSON lines of base64 files from standard input, answers a JSON line each.

An answer is null when CPython refuses the file, else the list of [name, SHA-256 of the content].
"""
import base64
import hashlib
import io
import json
import sys
import tarfile
import zipfile


def read_zip(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return [[info.filename, digest(archive.read(info))] for info in archive.infolist()]


def read_tar(data):
    with tarfile.open(fileobj=io.BytesIO(data), mode="r:") as archive:
        return [
            [member.name + ("/" if member.isdir() else ""), digest(archive.extractfile(member).read() if member.isfile() else b"")]
            for member in archive.getmembers()
        ]


def digest(data):
    return hashlib.sha256(data).hexdigest()


for line in sys.stdin:
    case = json.loads(line)
    try:
        answer = {"zip": read_zip, "tar": read_tar}[case["kind"]](base64.b64decode(case["data"]))
    except Exception:
        answer = None
    print(json.dumps(answer), flush=True)
