"""Runs one MLflow tracking server for Modelkeep's gateway, and ends with it.

Started by `supervisor.ts` in a process group of its own. It differs from `mlflow server` in three points only:

- it binds the loopback socket itself, so the port that it reports is certainly its own;
- it ends itself and its workers when standard input closes, so nothing survives a killed gateway;
- every request must carry the token that came in the environment, so that other programs on this machine
  cannot walk around the gateway to the same server.

Progress goes to file descriptor 3, one JSON document a line: {"step": "…"} and at last {"port": n}.
"""

import argparse
import hmac
import json
import os
import signal
import socket
import sys
import threading

TOKEN_VARIABLE = "MODELKEEP_UPSTREAM_TOKEN"
TOKEN_HEADER = b"x-modelkeep-upstream"
GRACE_SECONDS = 5


def require_token(app, token):
    """Wraps an ASGI application: requests without the token are answered 403 and never reach MLflow."""
    expected = token.encode()

    async def guarded(scope, receive, send):
        if scope["type"] == "lifespan":
            await app(scope, receive, send)
            return
        given = [value for name, value in scope["headers"] if name == TOKEN_HEADER]
        if scope["type"] == "http" and len(given) == 1 and hmac.compare_digest(given[0], expected):
            headers = [pair for pair in scope["headers"] if pair[0] != TOKEN_HEADER]
            await app({**scope, "headers": headers}, receive, send)
            return
        if scope["type"] == "http":
            await refuse(send)
            return
        await send({"type": "websocket.close", "code": 1008})

    return guarded


async def refuse(send):
    """Answers in MLflow's own error form."""
    text = "this MLflow server answers only to its Modelkeep gateway: use the gateway's address"
    body = json.dumps({"error_code": "PERMISSION_DENIED", "message": text}).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 403, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def create_app():
    """The application that uvicorn serves, also in spawned workers."""
    from mlflow.server.fastapi_app import app

    return require_token(app, os.environ[TOKEN_VARIABLE])


def end_group_when_parent_ends():
    """Blocks until standard input closes, then ends this whole process group."""
    while os.read(0, 4096):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    threading.Event().wait(GRACE_SECONDS)
    os.killpg(os.getpgid(0), signal.SIGKILL)


def report(**what):
    """Tells the gateway how far the start is. A gateway that is gone is noticed by the other thread."""
    try:
        os.write(3, (json.dumps(what) + "\n").encode())
    except BrokenPipeError:
        sys.exit(0)


def prepare(data):
    """Creates or migrates the database and tells MLflow's application where things lie (as `mlflow server` does)."""
    from mlflow import server
    from mlflow.server.handlers import initialize_backend_stores

    store = "sqlite:///" + os.path.join(data, "mlflow.db")
    root = "mlflow-artifacts:/"
    os.environ[server.BACKEND_STORE_URI_ENV_VAR] = store
    os.environ[server.REGISTRY_STORE_URI_ENV_VAR] = store
    os.environ[server.ARTIFACT_ROOT_ENV_VAR] = root
    os.environ[server.SERVE_ARTIFACTS_ENV_VAR] = "true"
    os.environ[server.ARTIFACTS_DESTINATION_ENV_VAR] = os.path.join(data, "artifacts")
    report(step="preparing MLflow's database")
    initialize_backend_stores(store, store, root)


def serve(listener, workers):
    """Serves until a signal comes. One worker runs in this process; more are spawned by uvicorn."""
    import uvicorn
    from uvicorn.supervisors import Multiprocess

    config = uvicorn.Config(
        "mlflow_server:create_app",
        factory=True,
        workers=workers,
        log_level="warning",
        timeout_graceful_shutdown=GRACE_SECONDS,
        timeout_keep_alive=75,
        server_header=False,
    )
    class Server(uvicorn.Server):
        async def startup(self, sockets=None):
            await super().startup(sockets=sockets)
            # Connections left over from a server that was killed keep the port for a minute unless they say this too.
            # Now that it listens, nobody else gets the port by it.
            for shared in sockets or []:
                shared.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)

    if workers == 1:
        Server(config).run(sockets=[listener])
    else:
        Multiprocess(config, sockets=[listener]).run()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", required=True)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--workers", type=int, default=1)
    options = parser.parse_args()
    threading.Thread(target=end_group_when_parent_ends, daemon=True).start()
    # The socket listens only once the server is ready: until then a connection is refused, not left waiting.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    # Only for the restart on the port from before: on a fresh port it would let another program bind it as well.
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1 if options.port else 0)
    listener.bind(("127.0.0.1", options.port))
    listener.set_inheritable(True)
    report(step="loading MLflow")
    prepare(options.data)
    report(port=listener.getsockname()[1])
    serve(listener, options.workers)


if __name__ == "__main__":
    sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
    main()
