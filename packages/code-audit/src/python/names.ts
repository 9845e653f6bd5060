/** Other names of one thing, the longest first: what a path begins with, and what it is called here. */
const ALIASES: readonly (readonly [string, string])[] = [
  ["six.moves.cPickle", "pickle"],
  ["six.moves.urllib", "urllib"],
  ["six.moves.builtins", "builtins"],
  ["sklearn.externals.joblib", "joblib"],
  ["sklearn.utils._joblib", "joblib"],
  ["joblib.numpy_pickle", "joblib"],
  ["cPickle", "pickle"],
  ["_pickle", "pickle"],
  ["pickle5", "pickle"],
  ["pickle._loads", "pickle.loads"],
  ["pickle._load", "pickle.load"],
  ["pickle._Unpickler", "pickle.Unpickler"],
  ["dill._dill", "dill"],
  ["cloudpickle.cloudpickle", "cloudpickle"],
  ["cloudpickle.cloudpickle_fast", "cloudpickle"],
  ["pandas.io.pickle", "pandas"],
  ["pandas.io.api", "pandas"],
  ["numpy.lib.npyio", "numpy"],
  ["numpy.lib._npyio_impl", "numpy"],
  ["numpy.lib.format.read_array", "numpy.load"],
  ["torch.serialization", "torch"],
  ["mlflow.tracking.client.MlflowClient", "mlflow.MlflowClient"],
  ["mlflow.tracking.MlflowClient", "mlflow.MlflowClient"],
  ["mlflow.client.MlflowClient", "mlflow.MlflowClient"],
  ["mlflow.tracking.fluent", "mlflow"],
  ["mlflow.tracking.set_tracking_uri", "mlflow.set_tracking_uri"],
  ["mlflow.tracking.set_registry_uri", "mlflow.set_registry_uri"],
  ["mlflow.tracking._tracking_service.utils.set_tracking_uri", "mlflow.set_tracking_uri"],
  ["mlflow.tracking._model_registry.utils.set_registry_uri", "mlflow.set_registry_uri"],
  ["mlflow.tracking._model_registry.fluent", "mlflow"],
  ["mlflow.tracking.artifact_utils", "mlflow.artifacts"],
  ["mlflow.artifacts._download_artifact_from_uri", "mlflow.artifacts.download_artifacts"],
  ["mlflow.pyfunc.model.PythonModel", "mlflow.pyfunc.PythonModel"],
  ["mlflow.pyfunc.load_pyfunc", "mlflow.pyfunc.load_model"],
  ["mlflow.keras.autologging", "mlflow.keras"],
  ["tensorflow.keras", "keras"],
  ["tensorflow.python.keras", "keras"],
  ["tf_keras", "keras"],
  ["keras.api", "keras"],
  ["keras.src.saving.saving_api", "keras.models"],
  ["keras.saving.load_model", "keras.models.load_model"],
  ["keras.saving.saving_api", "keras.models"],
  ["keras.saving.save.load_model", "keras.models.load_model"],
  ["tensorflow.compat.v1", "tensorflow"],
  ["tensorflow.compat.v2", "tensorflow"],
  ["yaml.loader", "yaml"],
  ["yaml.cyaml", "yaml"],
  ["subprocess32", "subprocess"],
  ["commands", "subprocess"],
  ["posix", "os"],
  ["urllib2", "urllib.request"],
  ["urllib.urlopen", "urllib.request.urlopen"],
  ["requests.api", "requests"],
  ["requests.sessions.Session", "requests.Session"],
  ["requests.session", "requests.Session"],
  ["httpx._client", "httpx"],
  ["aiohttp.client", "aiohttp"],
  ["flask.wrappers", "flask"],
  ["flask.globals", "flask"],
  ["fastapi.applications", "fastapi"],
  ["fastapi.routing", "fastapi"],
  ["builtins", ""],
  ["__builtin__", ""],
  ["__builtins__", ""],
];

const LENGTHS = new Map<string, (readonly [string, string])[]>();
for (const alias of ALIASES.toSorted((a, b) => b[0].length - a[0].length)) {
  const head = alias[0].split(".")[0] ?? "";
  LENGTHS.set(head, [...(LENGTHS.get(head) ?? []), alias]);
}

/** The one name under which the rules know a path outside the project. */
export function canonical(path: string): string {
  let current = path;
  for (let round = 0; round < 3; round++) {
    const dot = current.search(/[.(]/);
    const options = LENGTHS.get(dot < 0 ? current : current.slice(0, dot));
    const hit = options?.find(
      ([from]) => current === from || (current.startsWith(from) && /[.(]/.test(current.charAt(from.length))),
    );
    if (hit === undefined) return current;
    const rest = current.slice(hit[0].length);
    current = hit[1] === "" ? rest.replace(/^\./, "") : `${hit[1]}${rest}`;
    if (current === "") return path;
  }
  return current;
}

/** Names that need no import and that somebody asks for. */
export const BUILTINS: ReadonlySet<string> = new Set(
  (
    "eval exec compile open input raw_input execfile getattr setattr hasattr __import__ globals locals vars map filter zip enumerate reversed sorted " +
    "list tuple set dict frozenset str bytes bytearray int float bool complex len repr print super type isinstance issubclass iter next any all sum min max abs " +
    "range property staticmethod classmethod object format chr ord hash id round unicode basestring apply reduce file memoryview callable dir divmod hex oct bin pow delattr " +
    "Exception BaseException ValueError RuntimeError TypeError KeyError PermissionError OSError IOError ImportError NotImplementedError AssertionError breakpoint exit quit"
  ).split(" "),
);
