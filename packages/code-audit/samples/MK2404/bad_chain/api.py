from fastapi import FastAPI

from registry import promote_version

app = FastAPI()


@app.post("/promote/{version}")
def promote(version: int):
    return promote_version(version)
