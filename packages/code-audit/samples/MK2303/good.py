import sqlite3

from flask import Flask, request

app = Flask(__name__)
TABLE = "runs"


@app.route("/a")
def route():
    cursor = sqlite3.connect("mlflow.db").cursor()
    name = request.args["name"]
    cursor.execute("SELECT * FROM runs WHERE name = ?", (name,))
    cursor.execute(f"SELECT * FROM {TABLE} WHERE name = ?", (name,))
    limit = int(request.args["limit"])
    cursor.execute(f"SELECT * FROM runs LIMIT {limit}")
    pool.execute("job", name)
