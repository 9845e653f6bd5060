"""Two models that bring code: a Python function, and a class in code_paths. Argument: the folder to write them to."""

import os
import sys
import textwrap

import mlflow
import pandas as pd


def doubled(model_input: list[float]) -> list[float]:
    return [value * 2 for value in model_input]


root = sys.argv[1]
mlflow.pyfunc.save_model(os.path.join(root, "function"), python_model=doubled, pip_requirements=["mlflow"])

package = os.path.join(root, "code", "tripled")
os.makedirs(package)
with open(os.path.join(package, "__init__.py"), "w") as file:
    file.write(
        textwrap.dedent(
            """
            import mlflow.pyfunc


            class Tripled(mlflow.pyfunc.PythonModel):
                def predict(self, context, model_input, params=None):
                    return model_input * 3
            """
        )
    )
sys.path.insert(0, os.path.join(root, "code"))
from tripled import Tripled  # noqa: E402

mlflow.pyfunc.save_model(
    os.path.join(root, "class"),
    python_model=Tripled(),
    code_paths=[package],
    pip_requirements=["mlflow"],
    signature=mlflow.models.infer_signature(pd.DataFrame({"x": [1.0]}), pd.DataFrame({"x": [3.0]})),
)
