import jinja2
from flask import Flask, render_template_string, request

app = Flask(__name__)


@app.route("/a")
def route():
    name = request.args["name"]
    render_template_string("<h1>" + name + "</h1>")  # expect: MK2304
    jinja2.Template(request.form["template"]).render()  # expect: MK2304
    environment = jinja2.Environment(autoescape=True)
    return environment.from_string(request.form["t"]).render()  # expect: MK2304
