"""With the real command: a poisoned model is refused and nothing of it runs; an honest one answers as scikit-learn does."""

import pickle
import shutil
import subprocess
import sys

import numpy
import pandas
from scipy.sparse import csr_matrix

import modelkeep
from modelkeep._command import Command

from .support import COLUMNS, COMMAND, IRIS, ROWS, InFolder

FRAME = pandas.DataFrame(ROWS, columns=COLUMNS)


class Poisoned(InFolder):
    def setUp(self):
        super().setUp()
        self.model = self.copy_of_iris()
        self.pickle_of(self.model).write_bytes(self.poison())

    def refused(self, act):
        with self.assertRaises(modelkeep.ModelkeepRefused) as caught:
            act()
        self.assertIn("malicious", str(caught.exception))
        self.assertFalse(self.marker.exists())

    def test_unguarded_it_runs(self):
        """In a cage: the payload is real, so the tests below show something."""
        if shutil.which("bwrap") is None:
            self.skipTest("bubblewrap is not installed, and the payload runs nowhere else")
        load = "import pickle, sys; pickle.load(open(sys.argv[1], 'rb'))"
        cage = ["bwrap", "--ro-bind", "/", "/", "--bind", str(self.folder), str(self.folder), "--unshare-all"]
        subprocess.run(cage + [sys.executable, "-c", load, str(self.pickle_of(self.model))], check=True)
        self.assertTrue(self.marker.exists())

    def test_both_policies_refuse_it(self):
        for policy in ("isolated", "in-process"):
            with modelkeep.SecureMLflowLoader(policy=policy) as loader:
                self.refused(lambda: loader.safe_load_model(self.model))
                self.refused(lambda: loader.safe_load_model(str(self.model), "sklearn"))

    def test_bare_loads_refuse_it(self):
        path = self.pickle_of(self.model)
        self.refused(lambda: modelkeep.safe_pickle_load(path))
        self.refused(lambda: modelkeep.safe_pickle_loads(path.read_bytes()))
        self.refused(lambda: modelkeep.safe_joblib_load(path))
        self.refused(lambda: modelkeep.safe_pandas_read_pickle(path))
        self.refused(lambda: modelkeep.safe_torch_load(path))
        with open(path, "rb") as file:
            self.refused(lambda: modelkeep.safe_pickle_load(file))

    def test_swapped_between_check_and_load(self):
        """Somebody of the same user writes into the private folder after the model was judged there."""
        honest = self.folder / "honest"
        shutil.copytree(IRIS, honest)
        command = Command(COMMAND)
        self.addCleanup(command.close)
        facts, _ = command.ask({"op": "load", "uri": str(honest), "engine": "none"})
        private = [path for path in self.folder.glob("modelkeep-model-*/model/*.pkl")]
        self.assertEqual(len(private), 1)
        name = private[0].name
        request = {"op": "read", "model": facts["model"], "path": name}
        command.ask(request)
        private[0].parent.chmod(0o700)
        private[0].unlink()
        private[0].write_bytes(self.poison())
        with self.assertRaises(modelkeep.ModelkeepNotVerified):
            command.ask(request)
        self.assertFalse(self.marker.exists())


class Honest(InFolder):
    def setUp(self):
        super().setUp()
        # Our own fixture: what scikit-learn answers is what has to come.
        self.estimator = pickle.loads(next(IRIS.glob("*.pkl")).read_bytes())
        try:
            self.estimator.predict_proba(FRAME)
        except AttributeError as error:
            self.skipTest("the fixture is of a newer scikit-learn than this one: %s" % error)

    def equal(self, model):
        numpy.testing.assert_array_equal(model.predict(FRAME), self.estimator.predict(FRAME))

    def test_isolated(self):
        with modelkeep.SecureMLflowLoader(engine="native") as loader:
            model = loader.safe_load_model(IRIS)
            self.equal(model)
            self.assertEqual((model.verdict, model.engine), ("allowlisted", "native"))
            self.assertEqual(model.class_name, "sklearn.pipeline.Pipeline")
            numpy.testing.assert_array_equal(model.classes_, self.estimator.classes_)
            numpy.testing.assert_array_equal(model.feature_names_in_, self.estimator.feature_names_in_)
            self.assertEqual(model.n_features_in_, 4)
            self.assertFalse(hasattr(model, "transform"))
            with self.assertRaisesRegex(AttributeError, "evaluated outside of this process"):
                model.steps
            with self.assertRaises(modelkeep.ModelkeepInvalidInput):
                model.predict(FRAME.drop(columns=COLUMNS[0]))
            again = loader.safe_load_model(IRIS, digest="sha256:" + model.digest)
            self.assertEqual(again.digest, model.digest)
            with self.assertRaises(modelkeep.ModelkeepNotVerified):
                loader.safe_load_model(IRIS, digest="0" * 64)
            with self.assertRaises(TypeError):
                pickle.dumps(model)
        # As repaired code uses it: after the loader, which loads nothing any more.
        self.equal(model)
        with self.assertRaises(modelkeep.ModelkeepInvalidInput):
            loader.safe_load_model(IRIS)
        del again
        model.close()
        self.assertIsNotNone(model._command._child.poll())
        with self.assertRaisesRegex(modelkeep.ModelkeepUnsupported, "closed"):
            model.predict(FRAME)

    def test_the_forms_that_input_has(self):
        expected = self.estimator.predict_proba(FRAME)
        with modelkeep.SecureMLflowLoader(engine="native") as loader:
            model = loader.safe_load_model(IRIS, flavor="sklearn")
            self.equal(model)
            array = numpy.array(ROWS)
            for data in (FRAME, array, ROWS, array.astype("float32").astype("float64")):
                answer = model.predict_proba(data)
                self.assertEqual(answer.dtype, numpy.dtype("float64"))
                numpy.testing.assert_allclose(answer, expected, rtol=1e-6)
            with self.assertRaisesRegex(modelkeep.ModelkeepInvalidInput, "sparse"):
                # As scikit-learn itself says: the pipeline centres its columns.
                model.predict_proba(csr_matrix(array))
            by_column = {name: [row[at] for row in ROWS] for at, name in enumerate(COLUMNS)}
            numpy.testing.assert_array_equal(model.predict(by_column), self.estimator.predict(FRAME))
            records = [dict(zip(COLUMNS, row)) for row in ROWS]
            numpy.testing.assert_array_equal(model.predict(records), self.estimator.predict(FRAME))

    def test_in_process(self):
        with modelkeep.SecureMLflowLoader(policy="in-process") as loader:
            model = loader.safe_load_model(IRIS, flavor="sklearn")
        self.equal(model)
        self.assertIs(type(model), type(self.estimator))

    def test_bare_pickles(self):
        path = self.folder / "two.pkl"
        path.write_bytes(pickle.dumps(self.estimator) + pickle.dumps({"threshold": 0.5}))
        with open(path, "rb") as file:
            self.equal(modelkeep.safe_pickle_load(file))
            self.assertEqual(modelkeep.safe_pickle_load(file), {"threshold": 0.5})
        with self.assertRaises(FileNotFoundError):
            modelkeep.safe_pickle_load(self.folder / "missing")

    def test_what_is_pickled_with_compiled_parts(self):
        from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier

        rng = numpy.random.RandomState(0)
        data, labels = rng.rand(40, 3), rng.randint(0, 2, 40)
        for estimator in (
            HistGradientBoostingClassifier(max_iter=2),
            RandomForestClassifier(2, random_state=numpy.random.RandomState(1)),
        ):
            estimator.fit(data, labels)
            loaded = modelkeep.safe_pickle_loads(pickle.dumps(estimator))
            numpy.testing.assert_array_equal(loaded.predict(data), estimator.predict(data))
        frame = FRAME.assign(when=pandas.Timestamp("2020-01-01"), kind="x")
        pandas.testing.assert_frame_equal(modelkeep.safe_pickle_loads(pickle.dumps(frame)), frame)

    def test_joblib_and_pandas(self):
        import joblib

        for name, compress in (("plain", 0), ("zlib", 3), ("gzip", ("gzip", 3)), ("xz", ("xz", 1))):
            path = self.folder / name
            joblib.dump(self.estimator, path, compress=compress)
            self.equal(modelkeep.safe_joblib_load(path))
        FRAME.to_pickle(self.folder / "frame.pkl.gz")
        pandas.testing.assert_frame_equal(modelkeep.safe_pandas_read_pickle(self.folder / "frame.pkl.gz"), FRAME)
