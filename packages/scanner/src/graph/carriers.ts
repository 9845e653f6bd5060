import type { CallValue, GlobalValue, Value } from "@modelkeep/formats";

/**
 * What rebuilds Python code that came with the model. Calling these is `executable` by design; they are exact names
 * of modules whose only purpose this is, each in all its homes.
 */
const CLOUDPICKLE_HOMES = [
  "cloudpickle.cloudpickle",
  "cloudpickle.cloudpickle_fast",
  "cloudpickle",
  "joblib.externals.cloudpickle.cloudpickle",
  "joblib.externals.cloudpickle.cloudpickle_fast",
  "mlflow.utils.cloudpickle",
  "pyspark.cloudpickle",
  "pyspark.cloudpickle.cloudpickle",
  "ray.cloudpickle",
  "ray.cloudpickle.cloudpickle",
];

const CLOUDPICKLE_NAMES =
  "_make_function _make_skel_func _fill_function _function_setstate _make_skeleton_class _make_skeleton_enum _class_setstate _builtin_type _make_cell _make_empty_cell _empty_cell_value cell_set subimport dynamic_subimport _make_typevar _decompose_typevar _lookup_class_or_track _rehydrate_skeleton_class _find_class _gen_ellipsis _gen_not_implemented _get_module_attr _is_importable _make_dict_keys _make_dict_values _make_dict_items _reconstruct_method _get_bases _code_reduce _genpartial _modules_to_main _restore_attr instance PYPY".split(
    " ",
  );

const OTHER_CARRIERS = [
  ...words(
    "dill._dill",
    "_create_function _create_code _create_type _create_cell _create_array _create_filehandle _create_ftype _create_namedtuple _create_stringi _create_stringo _create_weakref _create_weakproxy _create_rlock _create_lock _eval_repr _get_attr _import_module _load_type _shims _setitems _create_dtypemeta _create_typemap _create_capsule",
  ),
  ...words(
    "torch.fx.graph_module",
    "reduce_graph_module reduce_package_graph_module reduce_deploy_graph_module",
  ),
  ...words("torch.package._package_importer", "PackageImporter"),
  ...words("numba.core.serialize", "_unpickle__CustomPickled _rebuild_reduction custom_rebuild _unpickle"),
  ...words("numba.core.registry", "CPUDispatcher"),
  ...words("keras.src.utils.python_utils", "func_load"),
  ...words("keras.src.saving.serialization_lib", "deserialize_keras_object"),
];

function words(module: string, names: string): string[] {
  return names.split(" ").map((name) => `${module}\0${name}`);
}

const CARRIERS: ReadonlySet<string> = new Set([
  ...CLOUDPICKLE_HOMES.flatMap((home) => CLOUDPICKLE_NAMES.map((name) => `${home}\0${name}`)),
  ...OTHER_CARRIERS,
]);

/** Classes that a TorchScript archive compiles from its own `code/`; no module of this name can be imported. */
const TORCHSCRIPT = /^__torch__(?:\.|$)/u;

/** Whether calling `module.name` rebuilds code that came with the model. */
export function isCarrier(module: string, name: string): boolean {
  return CARRIERS.has(`${module}\0${name}`) || TORCHSCRIPT.test(module);
}

/** The global at the bottom of a chain of calls: `a.b` for `a.b(1)(2)(3)`. */
export function rootCallee(call: CallValue): Value {
  let value: Value = call;
  // A cyclic chain cannot come from a machine that builds calls from what is already on its stack, but graphs come
  // from several readers.
  const seen = new Set<Value>();
  while (value.kind === "call" && !seen.has(value)) {
    seen.add(value);
    value = value.callee;
  }
  return value;
}

/**
 * Globals that stand as data inside what a carrier rebuilds: a function's globals, a class's bases. They belong to
 * the carried code, which is judged as a whole. Descends through containers and carrier calls, not into others.
 */
export function carriedGlobals(calls: readonly CallValue[]): ReadonlySet<GlobalValue> {
  const found = new Set<GlobalValue>();
  const seen = new Set<Value>();
  const todo: Value[] = calls.filter((call) => isCarrierCall(call)).flatMap((call) => operands(call));
  for (let value = todo.pop(); value !== undefined; value = todo.pop()) {
    if (seen.has(value)) continue;
    if (value.kind === "global") found.add(value);
    const inner = contents(value);
    if (inner.length === 0) continue;
    seen.add(value);
    for (const item of inner) todo.push(item);
  }
  return found;
}

export function isCarrierCall(call: CallValue): boolean {
  const root = rootCallee(call);
  return root.kind === "global" && isCarrier(root.module, root.name);
}

function operands(call: CallValue): Value[] {
  const entries = call.entries.flat();
  const kwargs = call.kwargs === undefined ? [] : [call.kwargs];
  return [call.args, ...kwargs, ...call.states, ...call.appended, ...entries];
}

function contents(value: Value): readonly Value[] {
  if (value.kind === "dict") return value.entries.flat();
  if (value.kind === "list" || value.kind === "tuple" || value.kind === "set") return value.items;
  return [];
}
