import io
import marshal
import pickle
import shelve

import cloudpickle
import dill as d
import jsonpickle
import pandas as pd
from joblib import load as jl

try:
    import cPickle as cp
except ImportError:
    import pickle as cp


def families(path, data):
    pickle.loads(data)  # expect: MK2002
    with open(path, "rb") as file:
        pickle.load(file)  # expect: MK2002
    pickle.Unpickler(io.BytesIO(data)).load()  # expect: MK2002
    cp.loads(data)  # expect: MK2002
    cloudpickle.load(open(path, "rb"))  # expect: MK2002
    d.load(open(path, "rb"))  # expect: MK2002
    jl(path)  # expect: MK2002
    pd.read_pickle(path)  # expect: MK2002
    shelve.open(path)  # expect: MK2002
    marshal.loads(data)  # expect: MK2002
    jsonpickle.decode(data)  # expect: MK2002


class Store:
    codec = pickle

    def __init__(self, codec=None):
        self.load = pickle.load
        self.codec2 = codec or pickle

    def read(self, file, data):
        self.load(file)  # expect: MK2002
        self.codec.loads(data)  # expect: MK2002
        return self.codec2.loads(data)  # expect: MK2002


def apply(function, value):
    return function(value)


def higher(data, blobs, pool):
    apply(pickle.loads, data)  # expect: MK2002
    list(map(pickle.loads, blobs))  # expect: MK2002
    pool.submit(pickle.loads, data)  # expect: MK2002
