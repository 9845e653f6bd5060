"""A model that brings code: refused unsigned, and signed only in the sandbox, never in this process."""

import os
import pathlib
import shutil
import subprocess
import sys

import numpy

import modelkeep

from .support import COMMAND, InFolder

SIGN = "sign key model --private-key key.pem --signature model/model.sig"


class Executable(InFolder):
    def setUp(self):
        super().setUp()
        if shutil.which("bwrap") is None or shutil.which("openssl") is None:
            self.skipTest("bubblewrap and openssl are not both installed")
        if sys.version_info < (3, 10):
            self.skipTest("the sandbox needs Python 3.10 or newer")
        import mlflow

        self.chdir(self.folder)
        marker = str(self.marker)

        class Doubles(mlflow.pyfunc.PythonModel):
            def predict(self, context, model_input, params=None):
                import os
                import pathlib

                try:
                    pathlib.Path(marker).touch()
                except OSError:
                    pass
                return numpy.array([2.0 * value for row in model_input for value in row] + [float(os.getpid())])

        # By value: the sandbox knows nothing of this file.
        Doubles.__module__ = "__main__"
        mlflow.pyfunc.save_model("model", python_model=Doubles(), pip_requirements=[])
        subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519", "-out", "key.pem"], check=True, capture_output=True)
        subprocess.run(["openssl", "pkey", "-in", "key.pem", "-pubout", "-out", "key.pub"], check=True)
        pathlib.Path("modelkeep.yaml").write_text(
            "trust:\n  signers:\n    release: {key: key.pub}\n"
            "  rules:\n    - {uris: ['./model'], signers: release, permit: executable}\n"
        )

    def test_only_signed_and_only_in_the_sandbox(self):
        with modelkeep.SecureMLflowLoader() as loader:
            with self.assertRaisesRegex(modelkeep.ModelkeepRefused, "not signed"):
                loader.safe_load_model("model")
            subprocess.run([COMMAND, *SIGN.split()], check=True, capture_output=True)
            model = loader.safe_load_model("model")
        self.assertEqual((model.verdict, model.engine, model.signers), ("executable", "sandbox", ("release",)))
        answer = model.predict(numpy.array([[1.5, 2.5]]))
        self.assertEqual(answer[:2].tolist(), [3.0, 5.0])
        self.assertNotEqual(int(answer[2]), os.getpid())
        model.close()
        self.assertFalse(self.marker.exists())
        for options in ({"policy": "in-process"}, {"engine": "native"}):
            with modelkeep.SecureMLflowLoader(**options) as loader, self.assertRaises(modelkeep.ModelkeepRefused):
                loader.safe_load_model("model")
        pathlib.Path("model/more.txt").write_text("not signed")
        with modelkeep.SecureMLflowLoader() as loader, self.assertRaises(modelkeep.ModelkeepNotVerified):
            loader.safe_load_model("model")
