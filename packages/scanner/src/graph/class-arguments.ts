import type { CallValue, GlobalValue, Value } from "@modelkeep/formats";

/** Callees whose contract looks at each class that they are given, so that naming one there is no use of it as a value. */
const LOOKED_AT: ReadonlySet<string> = new Set([
  "copyreg._reconstructor",
  "collections.defaultdict",
  "numpy.dtype",
  "numpy.ma.core._mareconstruct",
  "numpy.core.multiarray._reconstruct",
  "numpy._core.multiarray._reconstruct",
  "numpy.random._pickle.__bit_generator_ctor",
  "numpy.random._pickle.__generator_ctor",
  "numpy.random._pickle.__randomstate_ctor",
  "pandas.core.indexes.base._new_Index",
  "pandas.core.indexes.datetimes._new_DatetimeIndex",
  "pandas.core.indexes.timedeltas._new_TimedeltaIndex",
  "pandas.core.indexes.interval._new_IntervalIndex",
  "sklearn.metrics._dist_metrics.newObj",
  "sklearn.neighbors._dist_metrics.newObj",
  "sklearn.neighbors._kd_tree.newObj",
  "sklearn.neighbors._ball_tree.newObj",
]);
const CYTHON = "__pyx_unpickle_";
const WRAPPER = "joblib.numpy_pickle.NumpyArrayWrapper";

/**
 * The classes that a call names in places where its contract judges them: what they make, or what they restore.
 * Everywhere else a class is a value, which something may call later with its initialiser and any arguments.
 */
export function classArguments(call: CallValue): readonly GlobalValue[] {
  if (call.callee.kind !== "global") return [];
  const name = `${call.callee.module}.${call.callee.name}`;
  const reviewed = LOOKED_AT.has(name) || call.callee.name.startsWith(CYTHON);
  const named = reviewed && call.args.kind === "tuple" ? call.args.items.filter(isGlobal) : [];
  return name === WRAPPER ? [...named, ...wrapped(call.states[0])] : named;
}

function wrapped(state: Value | undefined): GlobalValue[] {
  if (state?.kind !== "dict") return [];
  return state.entries
    .filter(([key]) => key.kind === "str" && key.value === "subclass")
    .map(([, cls]) => cls)
    .filter(isGlobal);
}

function isGlobal(value: Value): value is GlobalValue {
  return value.kind === "global";
}
