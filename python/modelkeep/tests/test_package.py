"""What is built is what is promised: pure, typed, with nothing beside the package, the same from the same sources."""

import importlib.util
import pathlib
import subprocess
import sys
import tarfile
import tempfile
import unittest
import zipfile

import modelkeep

ROOT = pathlib.Path(__file__).resolve().parent.parent
_SPEC = importlib.util.spec_from_file_location("backend", ROOT / "build_backend/backend.py")
backend = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(backend)


class Package(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def test_the_wheel(self):
        wheel = self.folder / backend.build_wheel(self.folder)
        first = wheel.read_bytes()
        with zipfile.ZipFile(wheel) as archive:
            names = set(archive.namelist())
            metadata = archive.read("modelkeep-0.1.0.dist-info/METADATA").decode()
        backend.build_wheel(self.folder)
        self.assertEqual(wheel.read_bytes(), first)
        self.assertEqual(wheel.name, "modelkeep-%s-py3-none-any.whl" % modelkeep.__version__)
        self.assertTrue({"modelkeep/__init__.py", "modelkeep/py.typed", "modelkeep-0.1.0.dist-info/licenses/LICENSE"} <= names)
        self.assertEqual({name.partition("/")[0] for name in names}, {"modelkeep", "modelkeep-0.1.0.dist-info"})
        for line in ("Name: modelkeep", "Requires-Python: >=3.9", "Requires-Dist: mlflow>=2.9", "License-File: LICENSE"):
            self.assertIn(line + "\n", metadata)

    def test_the_source_archive(self):
        with tarfile.open(self.folder / backend.build_sdist(self.folder)) as archive:
            names = archive.getnames()
        self.assertIn("modelkeep-0.1.0/src/modelkeep/__init__.py", names)
        self.assertIn("modelkeep-0.1.0/pyproject.toml", names)
        self.assertFalse([name for name in names if "__pycache__" in name or "dist/" in name])

    def test_it_imports_without_mlflow_and_numpy(self):
        """They are needed by the calls that use them, so the audit's repaired code starts as fast as before."""
        code = "import sys, modelkeep; sys.exit(any(name in sys.modules for name in ('mlflow', 'numpy', 'pandas', 'yaml')))"
        subprocess.run([sys.executable, "-B", "-c", code], check=True, env={"PYTHONPATH": str(ROOT / "src")})

    def test_every_name_that_is_promised_is_there(self):
        for name in modelkeep.__all__:
            self.assertTrue(getattr(modelkeep, name).__doc__, name)
