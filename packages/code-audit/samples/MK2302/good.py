import ast
import json
import re


class Model:
    def eval(self):
        return self


def fine(model, text, frame):
    model.eval()
    Model().eval()
    ast.literal_eval(text)
    json.loads(text)
    re.compile(text)
    eval("1 + 1")
    frame.eval("a + b")
    return "eval(request.args['x'])"
