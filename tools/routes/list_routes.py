"""Writes every route of the installed MLflow server as JSON, one text a route (`METHOD /path`).

    python tools/routes/list_routes.py > packages/gateway/src/routes/mlflow-<version>.json

The gateway refuses a route that is not in such a list and not classified, so this list is what a new
MLflow version has to be compared with. Both halves of the server are read: the Flask application
(`url_map`, and `handlers.get_endpoints()` as a cross-check) and the FastAPI routers mounted in front of it.
"""

import json
import os
import re
import tempfile

with tempfile.TemporaryDirectory() as folder:
    os.environ["MLFLOW_TRACKING_URI"] = f"sqlite:///{folder}/routes.db"
    os.environ["_MLFLOW_SERVER_FILE_STORE"] = f"sqlite:///{folder}/routes.db"
    os.environ["_MLFLOW_SERVER_ARTIFACT_ROOT"] = "mlflow-artifacts:/"
    os.environ["_MLFLOW_SERVER_SERVE_ARTIFACTS"] = "true"
    import mlflow
    from mlflow.server import app as flask_app
    from mlflow.server import handlers
    from mlflow.server.fastapi_app import create_fastapi_app

    # Flask answers HEAD wherever it answers GET and OPTIONS everywhere; neither is a route of its own.
    IMPLIED = {"HEAD", "OPTIONS"}

    def template(path):
        """`<path:a>` and `{a:path}` become `{a*}` (spans segments), `<a>` becomes `{a}`."""
        path = re.sub(r"<path:(\w+)>", r"{\1*}", path)
        path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", path)
        path = re.sub(r"\{(\w+):path\}", r"{\1*}", path)
        return path if path.startswith("/") else "/" + path

    def flask_routes():
        for rule in flask_app.url_map.iter_rules():
            for method in rule.methods - IMPLIED:
                yield method, template(rule.rule)

    def fastapi_routes():
        for context in create_fastapi_app(flask_app).routes:
            # FastAPI ≥ 0.120 keeps an included router as one entry that yields its routes lazily.
            contexts = getattr(context, "effective_route_contexts", None)
            for route in contexts() if contexts else [context]:
                for method in (getattr(route, "methods", None) or set()) - IMPLIED:
                    yield method, template(route.path)

    found = {(path, method) for method, path in [*flask_routes(), *fastapi_routes()]}

    for path, _, methods in handlers.get_endpoints():
        for method in methods:
            if (template(path), method) not in found:
                raise SystemExit(f"{method} {path}: an endpoint of handlers.py that no application serves")

print(json.dumps({"mlflow": mlflow.__version__, "routes": [f"{m} {p}" for p, m in sorted(found)]}, indent=2))
