import { type ReachRule, words } from "./reach.ts";

export const rule: ReachRule = {
  id: "MK1003",
  name: "import-machinery",
  title: "The file imports modules by name, or changes how Python imports, when it is loaded.",
  severity: "critical",
  verdict: "malicious",
  cwe: "CWE-829",
  does: "imports whatever it is told to",
  advice: "Do not load it.",
  reach: words(`
    builtins.__import__ builtins.__loader__ builtins.__spec__ builtins.__build_class__ importlib
    _frozen_importlib _frozen_importlib_external _imp imp pkgutil zipimport runpy modulefinder site
    sitecustomize usercustomize sys pydoc.locate pydoc inspect gc atexit threading _thread
    weakref.finalize faulthandler sched numpy.lib.utils.source numpy.source numpy.core._internal
    joblib.func_inspect sklearn.utils.fixes.import_module logging.config mlflow.utils.class_utils
    mlflow.pyfunc.load_model mlflow.pyfunc._load_pyfunc unittest.loader torch.utils.model_zoo
    torch._utils_internal torch.distributed.rpc django.utils.module_loading werkzeug.utils
    hydra.utils hydra._internal !inspect.Signature !inspect.Parameter !inspect._ParameterKind
    !inspect._empty
  `),
};
