import onnxruntime
import skops.io as sio
from skops.io import get_untrusted_types, load


def loads(path):
    sio.load(path, trusted=True)  # expect: MK2009
    load(path, trusted=get_untrusted_types(file=path))  # expect: MK2009
    options = onnxruntime.SessionOptions()
    options.register_custom_ops_library(path)  # expect: MK2009
