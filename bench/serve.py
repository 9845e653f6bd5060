"""Models for bench/serve.mjs (`models FOLDER`), and the bar: FastAPI with scikit-learn (`fastapi FOLDER PORT`)."""

import json
import sys


def models(folder):
    import mlflow
    import numpy as np
    import pandas as pd
    from mlflow.models import infer_signature
    from sklearn.compose import ColumnTransformer
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.impute import SimpleImputer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import Pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    rng = np.random.default_rng(0)
    data = rng.normal(size=(2000, 20))
    target = (data[:, 0] + data[:, 1] * data[:, 2] > 0).astype(int)
    numbers = pd.DataFrame(data, columns=[f"f{i}" for i in range(20)])
    mixed = pd.DataFrame(rng.normal(size=(2000, 8)), columns=[f"n{i}" for i in range(8)])
    mixed.iloc[::7, 0] = np.nan
    for i in range(3):
        mixed[f"c{i}"] = rng.choice(["a", "b", "c", "d"], size=2000)
    numeric = Pipeline([("impute", SimpleImputer()), ("scale", StandardScaler())])
    columns = ColumnTransformer(
        [
            ("numbers", numeric, [f"n{i}" for i in range(8)]),
            ("categories", OneHotEncoder(handle_unknown="ignore"), [f"c{i}" for i in range(3)]),
        ]
    )
    cases = {
        "logistic regression": (LogisticRegression(max_iter=500), numbers),
        "forest of 100": (RandomForestClassifier(n_estimators=100, random_state=0), numbers),
        "pipeline": (Pipeline([("columns", columns), ("lr", LogisticRegression(max_iter=500))]), mixed),
    }
    for name, (model, frame) in cases.items():
        model.fit(frame, target)
        signature = infer_signature(frame, model.predict(frame))
        path = f"{folder}/{name}"
        mlflow.sklearn.save_model(model, path, signature=signature, serialization_format="cloudpickle")
        row = {"columns": list(frame.columns), "data": [frame.iloc[1].tolist()]}
        with open(f"{path}.json", "w") as file:
            json.dump({"dataframe_split": row}, file)


def fastapi(folder, port):
    import mlflow.sklearn
    import pandas as pd
    import uvicorn
    from fastapi import FastAPI, Request

    model = mlflow.sklearn.load_model(folder)
    app = FastAPI()

    @app.post("/invocations")
    async def invocations(request: Request):
        split = (await request.json())["dataframe_split"]
        frame = pd.DataFrame(split["data"], columns=split["columns"])
        return {"predictions": model.predict(frame).tolist()}

    uvicorn.run(app, host="127.0.0.1", port=int(port), log_level="warning", access_log=False)


{"models": models, "fastapi": fastapi}[sys.argv[1]](*sys.argv[2:])
