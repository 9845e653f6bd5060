"""The limited unpicklers alone, given a verdict that names too little or too much."""

import copyreg
import json
import pickle
import subprocess
from collections import OrderedDict

import numpy

import modelkeep
from modelkeep._pickle import _refuse_reach, decompressed, unjoblib, unpickle

from .support import ROOT, InFolder

REFUSED = modelkeep.ModelkeepRefused


class Limited(InFolder):
    def refused(self, data, *names):
        with self.assertRaises(REFUSED):
            unpickle(data, frozenset(names))
        self.assertFalse(self.marker.exists())

    def test_only_what_the_verdict_names(self):
        data = pickle.dumps(OrderedDict(a=1))
        self.assertEqual(unpickle(data, frozenset({("collections", "OrderedDict")})), (OrderedDict(a=1), len(data)))
        self.refused(data)
        self.refused(data, ("collections", "orderedDict"), ("collections.OrderedDict", ""), ("collections", "*"))

    def test_what_no_verdict_may_name(self):
        self.refused(self.poison(), ("posix", "system"), ("os", "system"), ("nt", "system"))
        for module, name in (
            ("builtins", "eval"),
            ("builtins", "getattr"),
            ("__builtin__", "eval"),
            ("importlib", "import_module"),
            ("subprocess", "Popen"),
            ("numpy", "__loader__.load_module"),
            ("sklearn.base", "BaseEstimator.__reduce__"),
            ("pathlib", "os"),
        ):
            data = b"\x80\x04\x8c%c%s\x8c%c%s\x93." % (len(module), module.encode(), len(name), name.encode())
            self.refused(data, (module, name))

    def test_what_the_scanner_allows_is_found(self):
        """The second lock must not stand in the way of a model that is admitted."""
        scanner = (ROOT / "packages/scanner/dist/allowlist/index.js").as_uri()
        script = "const { ALLOWLIST } = await import(process.argv[1]); console.log(JSON.stringify(ALLOWLIST))"
        node = next((ROOT / "node_modules").glob("node-*/bin/node"))
        command = [str(node), "--input-type=module", "-e", script, scanner]
        entries = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
        self.assertGreater(len(entries), 1000)
        for entry in entries:
            _refuse_reach(entry["module"], entry["name"])

    def test_python_2_names_are_looked_up_as_they_are_written(self):
        data = b"\x80\x02c__builtin__\nxrange\nK\x03\x85R."
        self.assertEqual(unpickle(data, frozenset({("__builtin__", "xrange")}))[0], range(3))
        self.refused(b"\x80\x02c__builtin__\neval\n(S'1'\ntR.", ("__builtin__", "eval"), ("builtins", "eval"))

    def test_nothing_comes_from_outside(self):
        self.refused(b"\x80\x02P1\n.")
        self.refused(b"\x80\x04\x8c\x011Q.")
        self.refused(b"\x80\x05\x97.")
        self.refused(b"\x80\x02\x82\x01.")

    def test_registered_extension_codes(self):
        copyreg.add_extension("posix", "system", 240)
        self.addCleanup(copyreg.remove_extension, "posix", "system", 240)
        call = b"\x80\x02\x82\xf0X%c\x00\x00\x00touch '%s'\x85R." % (
            len("touch ''") + len(str(self.marker)),
            str(self.marker).encode(),
        )
        with self.assertRaises(REFUSED):
            unpickle(call, frozenset())
        self.assertFalse(self.marker.exists())
        with self.assertRaises(modelkeep.ModelkeepUnsupported):
            unjoblib(call, frozenset())

    def test_broken_pickles(self):
        for data in (b"", b"\x80", b"\x80\x04.", b"garbage", b"\x80\x04K", b"}" * 10, b"\x80\x09N."):
            self.refused(data)

    def test_joblib_arrays_of_objects_stay_limited(self):
        import joblib

        class Box:
            pass

        array = numpy.empty(1, dtype=object)
        array[0] = {"a": [1, 2]}
        names = frozenset(
            {
                ("joblib.numpy_pickle", "NumpyArrayWrapper"),
                ("numpy", "ndarray"),
                ("numpy", "dtype"),
                ("numpy.core.multiarray", "_reconstruct"),
                ("numpy._core.multiarray", "_reconstruct"),
                ("_codecs", "encode"),
            }
        )
        path = self.folder / "dump"
        joblib.dump({"x": array, "y": numpy.arange(3.0)}, path)
        loaded = unjoblib(path.read_bytes(), names)
        self.assertEqual(loaded["x"][0], {"a": [1, 2]})
        numpy.testing.assert_array_equal(loaded["y"], [0.0, 1.0, 2.0])
        from .support import Poison

        array[0] = Poison(self.marker)
        joblib.dump({"x": array}, path)
        with self.assertRaises(REFUSED):
            unjoblib(path.read_bytes(), names)
        self.assertFalse(self.marker.exists())

    def test_compressed_data(self):
        import bz2
        import gzip
        import lzma
        import zlib

        plain = b"data " * 100
        for pack in (gzip.compress, zlib.compress, bz2.compress, lzma.compress):
            self.assertEqual(decompressed(pack(plain)), plain)
            for wrong in (pack(plain)[:-3], pack(plain) + b"more"):
                with self.assertRaises(modelkeep.ModelkeepUnanalyzable):
                    decompressed(wrong)
            with self.assertRaises(modelkeep.ModelkeepUnanalyzable):
                decompressed(pack(plain), 100)
        self.assertEqual(decompressed(plain), plain)
        with self.assertRaises(modelkeep.ModelkeepUnsupported):
            decompressed(b"\x28\xb5\x2f\xfd\0")
