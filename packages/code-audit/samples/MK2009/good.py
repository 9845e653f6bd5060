import onnxruntime
import skops.io as sio


def loads(path):
    sio.load(path)
    sio.load(path, trusted=["sklearn.linear_model.LogisticRegression"])
    sio.dump(1, path)
    return onnxruntime.InferenceSession(path)
