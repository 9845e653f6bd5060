import yaml
import yaml as y
from yaml import Loader, load, unsafe_load
from ruamel.yaml import YAML


class Mine(yaml.Loader):
    pass


def loads(text):
    yaml.load(text)  # expect: MK2007
    y.load(text, Loader=y.Loader)  # expect: MK2007
    load(text, Loader)  # expect: MK2007
    yaml.load(text, Loader=yaml.UnsafeLoader)  # expect: MK2007
    yaml.load(text, Loader=yaml.FullLoader)  # expect: MK2007
    unsafe_load(text)  # expect: MK2007
    yaml.load_all(text, Loader=yaml.CLoader)  # expect: MK2007
    yaml.load(text, Loader=Mine)  # expect: MK2007
    YAML(typ="unsafe").load(text)  # expect: MK2007
