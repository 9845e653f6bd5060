import jinja2
from flask import Flask, render_template, render_template_string, request

app = Flask(__name__)


@app.route("/a")
def route():
    name = request.args["name"]
    render_template_string("<h1>{{ name }}</h1>", name=name)
    jinja2.Template("Hello {{ name }}").render(name=name)
    return render_template("page.html", name=name)
