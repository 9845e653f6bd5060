import { type ReachRule, words } from "./reach.ts";

export const rule: ReachRule = {
  id: "MK1007",
  name: "nested-deserialisation",
  title: "The file loads another serialised object when it is loaded, past every check of this one.",
  severity: "critical",
  verdict: "malicious",
  cwe: "CWE-502",
  does: "loads another serialised object",
  advice: "Do not load it. Save the inner object as part of the model instead.",
  reach: words(`
    pickle _pickle cPickle pickletools pickle5 marshal shelve dill.loads dill.load dill._dill.loads
    dill._dill.load dill.load_session dill._dill.load_session cloudpickle.loads cloudpickle.load
    cloudpickle.cloudpickle.loads cloudpickle.cloudpickle.load joblib.load joblib.numpy_pickle.load
    joblib.numpy_pickle.load_temporary_memmap joblib.numpy_pickle.NumpyUnpickler
    joblib.numpy_pickle._unpickle joblib.numpy_pickle_compat joblib.externals.cloudpickle.loads
    joblib.externals.cloudpickle.load pandas.read_pickle pandas.compat.pickle_compat
    pandas.io.pickle torch.load torch.serialization torch.storage._load_from_bytes torch.jit.load
    torch.jit torch._weights_only_unpickler torch.onnx yaml ruamel jsonpickle msgpack msgpack_numpy
    skops.io.load skops.io.loads skops.io._persist skops.io._utils numpy.core._methods._load
    numpy.core._methods._loads numpy._core._methods._load mlflow.sklearn.load_model mlflow.pytorch
    sklearn.externals.joblib plac_ext jsonrpclib xgboost.core._deserialize keras.models.load_model
    keras.saving.load_model tensorflow.saved_model.load tensorflow.keras.models.load_model
    onnxruntime.InferenceSession !pickle.PickleBuffer !_pickle.PickleBuffer !torch.serialization._get_layout
    mlflow.pyfunc.load_pyfunc mlflow.xgboost.load_model mlflow.lightgbm.load_model
    mlflow.catboost.load_model mlflow.pytorch.load_model
  `),
};
