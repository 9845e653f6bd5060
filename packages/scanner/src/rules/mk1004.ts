import { type ReachRule, words } from "./reach.ts";

export const rule: ReachRule = {
  id: "MK1004",
  name: "attribute-access",
  title:
    "The file reads or changes attributes by name when it is loaded, which reaches anything from anything.",
  severity: "critical",
  verdict: "malicious",
  cwe: "CWE-470",
  does: "reaches any attribute of any object",
  advice: "Do not load it. A model that really stores a bound method must be saved again without it.",
  reach: words(`
    builtins.getattr builtins.setattr builtins.delattr builtins.hasattr builtins.globals
    builtins.locals builtins.vars builtins.dir builtins.object.__getattribute__ builtins.map
    builtins.filter builtins.__dict__ operator _operator functools.partial functools.partialmethod
    functools.reduce functools.cmp_to_key functools.cached_property itertools.starmap
    itertools.accumulate copyreg.constructor copyreg.pickle copyreg.add_extension
    copyreg.remove_extension copyreg.dispatch_table copyreg._extension_registry contextlib
    unittest.mock wrapt lazy_object_proxy types.ModuleType types.DynamicClassAttribute
    !operator.itemgetter !_operator.itemgetter !operator.index
  `),
};
