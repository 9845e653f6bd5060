import sqlite3

from flask import Flask, request
from sqlalchemy import text

app = Flask(__name__)


@app.route("/a")
def route():
    connection = sqlite3.connect("mlflow.db")
    cursor = connection.cursor()
    name = request.args["name"]
    cursor.execute("SELECT * FROM runs WHERE name = '" + name + "'")  # expect: MK2303
    connection.execute(f"DELETE FROM runs WHERE id = {name}")  # expect: MK2303
    cursor.execute("SELECT * FROM %s" % name)  # expect: MK2303
    return text("SELECT * FROM runs WHERE name = '{}'".format(name))  # expect: MK2303


def parameter(cursor, run_id):
    cursor.execute(f"SELECT * FROM runs WHERE run_uuid = '{run_id}'")  # expect: MK2303
