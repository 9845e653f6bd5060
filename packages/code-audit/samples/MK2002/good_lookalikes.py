import json
import pickle as real
from copy import deepcopy


class pickle:
    @staticmethod
    def loads(data):
        return json.loads(data)


class Cucumber:
    def load(self, jar):
        return jar


def fine(data, file):
    json.load(file)
    json.loads(data)
    pickle.loads(data)
    Cucumber().load(file)
    real.dumps(data)
    copy = real.loads(real.dumps(data))
    return deepcopy(copy)


class Restricted(real.Unpickler):
    def find_class(self, module, name):
        if (module, name) not in {("builtins", "dict")}:
            raise real.UnpicklingError(f"{module}.{name} is not allowed")
        return super().find_class(module, name)


def restricted(file):
    return Restricted(file).load()
