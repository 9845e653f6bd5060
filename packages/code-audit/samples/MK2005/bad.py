import numpy
import numpy as np
from numpy import load

ALLOW = True


def loads(path):
    np.load(path, allow_pickle=True)  # expect: MK2005
    numpy.load(path, None, True)  # expect: MK2005
    load(path, allow_pickle=ALLOW)  # expect: MK2005
    options = dict(allow_pickle=True)
    np.load(path, **options)  # expect: MK2005
