"""The logger against a real MLflow store, in a folder of the test."""

import json
import os

import modelkeep
from modelkeep import SecureMLflowLogger

from .support import InFolder, mlflow_store

INVALID = modelkeep.ModelkeepInvalidInput
SECRET = "AKIA" + "IOSFODNN7EXAMPLE"


class Logger(InFolder):
    @classmethod
    def setUpClass(cls):
        import mlflow

        cls.mlflow = mlflow
        cls.store, cls.uri = mlflow_store()
        cls.client = mlflow.MlflowClient(cls.uri)

    def setUp(self):
        super().setUp()
        self.mlflow.set_tracking_uri(self.uri)
        self.addCleanup(self.mlflow.set_tracking_uri, None)
        self.addCleanup(self.end)
        location = (self.folder / "artifacts").as_uri()
        experiment = self.client.create_experiment(self.id(), artifact_location=location)
        self.mlflow.set_experiment(experiment_id=experiment)

    def end(self):
        while self.mlflow.active_run():
            self.mlflow.end_run()

    def run_of(self, run):
        return self.client.get_run(run.run_id)

    def stored(self, run):
        root = self.folder / "artifacts" / run.run_id / "artifacts"
        return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}

    def test_a_run(self):
        (self.folder / "notes.txt").write_text("a\nkey: %s\n" % SECRET)
        tree = self.folder / "tree"
        (tree / "sub").mkdir(parents=True)
        (tree / "sub/.env").write_text("ID=%s\n" % SECRET)
        (tree / "data.bin").write_bytes(b"\0" + SECRET.encode())
        with SecureMLflowLogger().start_run(run_name="<b>x", tags={"team": "=1+1"}) as run:
            run.log_params({"lr": 0.1, "db.password": "hunter2", "note": "<script>"})
            run.log_params({"p%d" % at: at for at in range(150)})
            run.log_metric("loss", 0.25, step=3)
            run.set_tag("stage", "a\u202eb")
            run.log_text("id %s" % SECRET, "texts/a.txt")
            run.log_dict({"host": "h", "secrets": [{"password": "abcdef"}]}, "conf.json")
            run.log_artifact(self.folder / "notes.txt", "docs")
            run.log_artifacts(tree, "tree")
            # MLflow's own functions write to the same run.
            self.mlflow.log_metric("more", 1)
        found = self.run_of(run)
        self.assertEqual(found.info.status, "FINISHED")
        params = found.data.params
        self.assertEqual(len(params), 153)
        self.assertEqual((params["lr"], params["db.password"], params["note"]), ("0.1", "[redacted: telling-key]", "‹script>"))
        self.assertEqual((found.data.metrics["loss"], found.data.metrics["more"]), (0.25, 1.0))
        self.assertEqual(found.data.tags["stage"], "a\\u{202e}b")
        self.assertEqual(found.data.tags["team"], "'=1+1")
        self.assertEqual(found.data.tags["mlflow.runName"], "‹b>x")
        stored = self.stored(run)
        self.assertEqual(set(stored), {"texts/a.txt", "conf.json", "docs/notes.txt", "tree/sub/.env", "tree/data.bin"})
        self.assertEqual(stored["texts/a.txt"], b"id [redacted: aws-access-key]")
        self.assertEqual(json.loads(stored["conf.json"])["secrets"], [{"password": "[redacted: telling-key]"}])
        self.assertEqual(stored["tree/sub/.env"], b"ID=[redacted: aws-access-key]\n")
        self.assertEqual(stored["tree/data.bin"], b"\0" + SECRET.encode())
        with self.assertRaisesRegex(INVALID, "has ended"):
            run.log_param("late", 1)

    def test_nothing_of_a_call_that_is_refused_is_sent(self):
        with SecureMLflowLogger(secrets="refuse").start_run() as run:
            for act in (
                lambda: run.log_params({"good": 1, "bad\nkey": 2}),
                lambda: run.log_params({"good": 1, "password": "abcdef"}),
                lambda: run.log_metrics({"good": 1, "bad": 1e99}),
                lambda: run.log_metric("good", 1, step=1.5),
                lambda: run.log_text(SECRET, "a.txt"),
                lambda: run.log_text("x", "../a.txt"),
                lambda: run.log_dict({"token": {"x": SECRET}}, "a.json"),
                lambda: run.log_artifact(self.store / "mlflow.db", "../up"),
            ):
                self.assertRaises(INVALID, act)
        found = self.run_of(run)
        self.assertEqual((found.data.params, found.data.metrics, self.stored(run)), ({}, {}, {}))
        self.assertEqual(found.info.status, "FAILED")

    def test_links_and_special_files_are_not_followed(self):
        tree = self.folder / "tree"
        tree.mkdir()
        (tree / "link").symlink_to("/etc/passwd")
        (self.folder / "linked").symlink_to(tree)
        os.mkfifo(self.folder / "pipe")
        with SecureMLflowLogger().start_run() as run:
            for act in (
                lambda: run.log_artifact(tree / "link"),
                lambda: run.log_artifacts(tree),
                lambda: run.log_artifacts(self.folder / "linked" / ".." / "nothing"),
                lambda: run.log_artifact(self.folder / "pipe"),
                lambda: run.log_artifact(self.folder / "linked"),
            ):
                self.assertRaises((OSError, INVALID), act)
        self.assertEqual(self.stored(run), {})

    def test_the_logger_writes_to_the_active_run(self):
        logger = SecureMLflowLogger()
        with self.mlflow.start_run() as active:
            logger.log_param("a", 1)
            logger.log_metrics({"m": 2})
        self.assertEqual(self.client.get_run(active.info.run_id).data.params, {"a": "1"})
        logger.set_tags({"t": "x"})
        started = self.mlflow.active_run()
        self.assertEqual(self.client.get_run(started.info.run_id).data.tags["t"], "x")

    def test_an_experiment_is_made_once(self):
        for _ in range(2):
            with SecureMLflowLogger().start_run(experiment="other") as run:
                pass
        self.assertEqual(len([e for e in self.client.search_experiments() if e.name == "other"]), 1)
        with self.assertRaises(ZeroDivisionError), SecureMLflowLogger().start_run() as run:
            1 / 0
        self.assertEqual(self.run_of(run).info.status, "FAILED")

    def test_models(self):
        from sklearn.linear_model import LogisticRegression
        from sklearn.preprocessing import FunctionTransformer

        model = LogisticRegression().fit([[0.0], [1.0]], [0, 1])
        if not hasattr(self.mlflow.sklearn, "SERIALIZATION_FORMAT_SKOPS"):
            self.skipTest("this mlflow cannot store skops")
        pickled = {"serialization_format": "cloudpickle", "pip_requirements": []}
        with SecureMLflowLogger().start_run() as run:
            info = run.log_model(model, "model", pip_requirements=[])
            self.assertEqual(info.flavors["sklearn"]["serialization_format"], "skops")
            with self.assertRaisesRegex(modelkeep.ModelkeepRefused, "pickle"):
                run.log_model(model, **pickled)
            self.assertRaises(modelkeep.ModelkeepUnsupported, run.log_model, object())
            self.assertRaises(INVALID, run.log_model, model, "../model")
        with SecureMLflowLogger(pickled="judged").start_run() as run:
            run.log_model(model, "model", **pickled)
            with self.assertRaises(modelkeep.ModelkeepRefused):
                run.log_model(FunctionTransformer(lambda data: data), **pickled)
