import yaml
from ruamel.yaml import YAML

try:
    from yaml import CSafeLoader as SafeLoader
except ImportError:
    from yaml import SafeLoader


class Mine(yaml.SafeLoader):
    pass


def loads(text):
    yaml.safe_load(text)
    yaml.load(text, Loader=yaml.SafeLoader)
    yaml.load(text, SafeLoader)
    yaml.load(text, Loader=Mine)
    yaml.safe_load_all(text)
    yaml.dump(text)
    YAML(typ="safe").load(text)
    YAML().load(text)
