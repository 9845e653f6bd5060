"""A build backend (PEP 517, 660) of the standard library alone: the same sources make the same wheel, without a network.

Values of pyproject.toml's [project] table are texts and lists of texts here, which are literals of Python as well;
``tomllib`` is not in Python 3.9 and 3.10.
"""

import ast
import base64
import gzip
import hashlib
import io
import os
import pathlib
import re
import tarfile
import zipfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
# The earliest moment that a zip archive can say.
MOMENT = (1980, 1, 1, 0, 0, 0)
_OF_SDIST = ("src", "tests", "build_backend", "pyproject.toml", "README.md", "LICENSE")


def _project():
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    table = re.search(r"^\[project\]\n(.*?)(?=^\[|\Z)", text, re.M | re.S).group(1)
    entries = re.findall(r"^([a-z-]+) = (\[[^\]]*\]|[^\n]*)$", table, re.M)
    return {name: ast.literal_eval(value) for name, value in entries}


def _metadata(project):
    lines = [
        "Metadata-Version: 2.4",
        "Name: " + project["name"],
        "Version: " + project["version"],
        "Summary: " + project["description"],
        "Keywords: " + ",".join(project["keywords"]),
        "License-Expression: " + project["license"],
    ]
    lines += ["License-File: " + name for name in project["license-files"]]
    lines += ["Classifier: " + name for name in project["classifiers"]]
    lines += ["Requires-Python: " + project["requires-python"]]
    lines += ["Requires-Dist: " + name for name in project["dependencies"]]
    lines += ["Description-Content-Type: text/markdown", "", (ROOT / project["readme"]).read_text(encoding="utf-8")]
    return "\n".join(lines).encode("utf-8")


def _files(folder):
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    return [path for path in found if "__pycache__" not in path.parts and path.suffix not in (".pyc", ".pyo")]


def _info(project):
    return "%s-%s.dist-info" % (project["name"], project["version"])


def _wheel(folder, contents, project):
    info = _info(project)
    contents = dict(contents)
    contents[info + "/METADATA"] = _metadata(project)
    contents[info + "/WHEEL"] = b"Wheel-Version: 1.0\nGenerator: modelkeep\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    for name in project["license-files"]:
        contents["%s/licenses/%s" % (info, name)] = (ROOT / name).read_bytes()
    record = "".join(
        "%s,sha256=%s,%d\n" % (name, base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode(), len(data))
        for name, data in contents.items()
    )
    contents[info + "/RECORD"] = (record + info + "/RECORD,,\n").encode()
    name = "%s-%s-py3-none-any.whl" % (project["name"], project["version"])
    with zipfile.ZipFile(os.path.join(folder, name), "w", zipfile.ZIP_DEFLATED) as archive:
        for path, data in contents.items():
            entry = zipfile.ZipInfo(path, MOMENT)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o100644 << 16
            archive.writestr(entry, data)
    return name


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    source = ROOT / "src"
    contents = {path.relative_to(source).as_posix(): path.read_bytes() for path in _files(source)}
    return _wheel(wheel_directory, contents, _project())


def build_editable(wheel_directory, config_settings=None, metadata_directory=None):
    return _wheel(wheel_directory, {"_modelkeep_editable.pth": str(ROOT / "src").encode() + b"\n"}, _project())


def build_sdist(sdist_directory, config_settings=None):
    project = _project()
    base = "%s-%s" % (project["name"], project["version"])
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as archive:
        _add(archive, base + "/PKG-INFO", _metadata(project))
        for name in _OF_SDIST:
            path = ROOT / name
            for file in _files(path) if path.is_dir() else [path]:
                _add(archive, "%s/%s" % (base, file.relative_to(ROOT).as_posix()), file.read_bytes())
    with open(os.path.join(sdist_directory, base + ".tar.gz"), "wb") as raw:
        with gzip.GzipFile("", "wb", fileobj=raw, mtime=0) as file:
            file.write(packed.getvalue())
    return base + ".tar.gz"


def _add(archive, name, data):
    entry = tarfile.TarInfo(name)
    entry.size = len(data)
    entry.mode = 0o644
    archive.addfile(entry, io.BytesIO(data))


if __name__ == "__main__":
    import sys

    out = sys.argv[1] if len(sys.argv) > 1 else "dist"
    os.makedirs(out, exist_ok=True)
    print(os.path.join(out, build_wheel(out)))
    print(os.path.join(out, build_sdist(out)))
