import numpy as np


def loads(path):
    np.load(path)
    np.load(path, allow_pickle=False)
    np.save(path, [1], allow_pickle=True)
    np.loadtxt(path)
