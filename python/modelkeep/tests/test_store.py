"""Models of a store that no server stands in front of: SQLite and a folder of artifacts, as MLflow makes them by default."""

import pathlib

import numpy

import modelkeep
from modelkeep._local_store import fetch, local_store, without_credentials

from .support import InFolder, mlflow_store

DATA = [[0.0], [1.0], [2.0]]


class Store(InFolder):
    @classmethod
    def setUpClass(cls):
        import mlflow
        from sklearn.linear_model import LogisticRegression

        cls.mlflow = mlflow
        folder, cls.uri = mlflow_store()
        mlflow.set_tracking_uri(cls.uri)
        cls.addClassCleanup(mlflow.set_tracking_uri, None)
        cls.client = mlflow.MlflowClient()
        experiment = cls.client.create_experiment("store", artifact_location=(folder / "artifacts-of-store").as_uri())
        cls.estimator = LogisticRegression().fit(DATA, [0, 1, 1])
        kept = {"serialization_format": "cloudpickle", "pip_requirements": []}
        with mlflow.start_run(experiment_id=experiment) as run:
            cls.info = mlflow.sklearn.log_model(cls.estimator, name="model", registered_model_name="m", **kept)
            other = mlflow.sklearn.log_model(cls.estimator, name="other", registered_model_name="poisoned", **kept)
        cls.poisoned = cls.client.get_logged_model(other.model_id).artifact_location
        cls.run_id = run.info.run_id
        cls.client.set_registered_model_alias("m", "champion", 1)
        mlflow.set_tracking_uri(None)

    def setUp(self):
        super().setUp()
        self.mlflow.set_tracking_uri(self.uri)
        self.addCleanup(self.mlflow.set_tracking_uri, None)

    def test_every_address_that_mlflow_knows(self):
        expected = self.estimator.predict_proba(DATA)
        with modelkeep.SecureMLflowLoader(engine="native") as loader:
            for uri in ("models:/m/1", "models:/m@champion", "models:/m/latest", self.info.model_uri, "runs:/%s/model" % self.run_id):
                model = loader.safe_load_model(uri, flavor="sklearn")
                self.assertEqual(model.uri, uri)
                numpy.testing.assert_allclose(model.predict_proba(DATA), expected, rtol=1e-12)
            self.assertEqual((loader.safe_load_model("models:/m@champion").name, model.name), ("m", None))
            for uri in ("models:/m/7", "models:/m@nobody", "models:/nothing/1", "runs:/0123456789abcdef0123456789abcdef/model"):
                with self.subTest(uri), self.assertRaises(modelkeep.ModelkeepUnavailable):
                    loader.safe_load_model(uri)
        self.assertEqual(list(self.folder.glob("modelkeep-log-*")), [])

    def test_a_poisoned_version_is_refused(self):
        pathlib.Path(self.poisoned.replace("file://", ""), "model.pkl").write_bytes(self.poison())
        for policy in ("isolated", "in-process"):
            with modelkeep.SecureMLflowLoader(policy=policy) as loader, self.assertRaises(modelkeep.ModelkeepRefused):
                loader.safe_load_model("models:/poisoned/1")
        self.assertFalse(self.marker.exists())

    def test_a_link_that_comes_with_a_model_is_refused(self):
        private = self.folder / "private"
        private.mkdir()
        fetched = fetch("models:/m/1", self.uri, str(private))
        self.assertEqual(set(fetched.stands_for), {"uri", "name", "version", "source", "server"})
        (pathlib.Path(fetched.folder) / "link").symlink_to("/etc/passwd")
        from modelkeep._local_store import _require_plain_files

        with self.assertRaisesRegex(modelkeep.ModelkeepRefused, "link"):
            _require_plain_files(fetched.folder)

    def test_rules_of_trust_go_by_the_name(self):
        config = self.folder / "modelkeep.yaml"
        key = self.folder / "key.pub"
        key.write_text(PUBLIC_KEY)
        config.write_text(
            "trust:\n  signers:\n    release: {key: %s}\n  rules:\n    - {models: m, signers: release, require: signature}\n" % key
        )
        self.chdir(self.folder)
        with modelkeep.SecureMLflowLoader() as loader:
            with self.assertRaisesRegex(modelkeep.ModelkeepRefused, "must be signed"):
                loader.safe_load_model("models:/m/1")
            loader.safe_load_model("runs:/%s/model" % self.run_id)

    def test_which_stores_are_local(self):
        for uri in ("sqlite:///a.db", "./mlruns", "/data/mlruns", "file:///a", "postgresql+psycopg2://u:p@h/d", "mysql://h/d"):
            self.assertEqual(local_store(uri), uri)
        for uri in ("http://h", "https://h", "databricks", "databricks://x", "uc:x", "ftp://h"):
            self.assertIsNone(local_store(uri), uri)
        self.assertEqual(without_credentials("postgresql://u:secret@h:1/d?sslpassword=x"), "postgresql://h:1/d")
        self.assertEqual(without_credentials("sqlite:////a/b.db"), "sqlite:////a/b.db")


# Of a pair whose other half was thrown away.
PUBLIC_KEY = """-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=
-----END PUBLIC KEY-----
"""
