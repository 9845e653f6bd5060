import { FormatError } from "../context.ts";
import { asDType, type DType } from "../numpy/dtype.ts";
import type { CallValue, GlobalValue, Value } from "../value.ts";

const MODULES = new Set(["joblib.numpy_pickle", "sklearn.externals.joblib.numpy_pickle"]);
const WRAPPER = "NumpyArrayWrapper";
/** joblib ≤ 0.9 kept each array in a file of its own, which loading opens by the name in the pickle. */
const OLD_WRAPPERS = new Set(["NDArrayWrapper", "ZNDArrayWrapper"]);
const MAX_DIMENSIONS = 64;

/** What a `NumpyArrayWrapper` says about the array behind it. */
export interface WrappedArray {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly fortran: boolean;
  /** Whether a counted filler stands before the elements (joblib ≥ 1.2). */
  readonly padded: boolean;
}

/**
 * Whether a call's result is one of joblib's array wrappers, made the way picklers make it.
 * @throws {FormatError} `unsupported` for the wrappers of joblib ≤ 0.9, `ambiguous` for a wrapper made any other way:
 *   joblib would then read an array where nobody else expects one
 */
export function isWrapper(call: CallValue): boolean {
  const named = wrapperGlobal(call);
  if (named === undefined) return false;
  if (OLD_WRAPPERS.has(lastName(named))) {
    const message = "arrays of joblib ≤ 0.9 stand in other files, which loading would open by name";
    throw new FormatError("unsupported", `${message}: dump the model again with a newer joblib`, call.offset);
  }
  if (MODULES.has(named.module) && named.name === WRAPPER && isPlainInstance(call)) return true;
  throw new FormatError("ambiguous", `a joblib array wrapper that is made in an unusual way`, call.offset);
}

function wrapperGlobal(call: CallValue): GlobalValue | undefined {
  const args = call.args.kind === "tuple" ? call.args.items : [];
  return [call.callee, ...args].find(
    (value): value is GlobalValue => value.kind === "global" && isWrapperName(lastName(value)),
  );
}

function lastName(value: GlobalValue): string {
  return value.name.slice(value.name.lastIndexOf(".") + 1);
}

function isWrapperName(name: string): boolean {
  return name === WRAPPER || OLD_WRAPPERS.has(name);
}

/** `cls.__new__(cls)`, or `copyreg._reconstructor(cls, object, None)` below protocol 2. */
function isPlainInstance(call: CallValue): boolean {
  if (call.args.kind !== "tuple" || call.kwargs !== undefined) return false;
  const { items } = call.args;
  if (call.via === "NEWOBJ") return call.callee.kind === "global" && items.length === 0;
  const [, base, state] = items;
  return (
    call.via === "REDUCE" &&
    isGlobalNamed(call.callee, "copyreg", "_reconstructor") &&
    items.length === 3 &&
    isGlobalNamed(base, "builtins", "object") &&
    state?.kind === "none"
  );
}

function isGlobalNamed(value: Value | undefined, module: string, name: string): boolean {
  return value?.kind === "global" && value.module === module && value.name === name;
}

/**
 * The attributes that decide how joblib reads on (joblib/numpy_pickle.py, `NumpyArrayWrapper.read_array`).
 * @throws {FormatError} `malformed` for attributes that joblib does not write
 */
export function wrappedArray(wrapper: CallValue): WrappedArray {
  const state = attributes(wrapper);
  const type = state.get("dtype");
  const dtype = type === undefined ? undefined : asDType(type);
  if (dtype === undefined) throw malformed(wrapper, "a dtype that is not read");
  const order = state.get("order");
  if (order?.kind !== "str" || (order.value !== "C" && order.value !== "F")) {
    throw malformed(wrapper, "no order");
  }
  return {
    dtype,
    shape: shapeOf(wrapper, state.get("shape")),
    fortran: order.value === "F",
    padded: isPadded(wrapper, state.get("numpy_array_alignment_bytes")),
  };
}

function malformed(wrapper: CallValue, what: string): FormatError {
  return new FormatError("malformed", `a joblib array wrapper with ${what}`, wrapper.offset);
}

function attributes(wrapper: CallValue): Map<string, Value> {
  const [state] = wrapper.states;
  if (state?.kind !== "dict" || wrapper.states.length !== 1) {
    throw malformed(wrapper, "a state that is not one dict");
  }
  const attributeOf = new Map<string, Value>();
  for (const [key, value] of state.entries) {
    if (key.kind !== "str") throw malformed(wrapper, "an attribute without a name");
    attributeOf.set(key.value, value);
  }
  return attributeOf;
}

function shapeOf(wrapper: CallValue, value: Value | undefined): number[] {
  if (value?.kind !== "tuple" || value.items.length > MAX_DIMENSIONS) throw malformed(wrapper, "no shape");
  return value.items.map((item) => {
    if (item.kind === "int" && typeof item.value === "number" && item.value >= 0) return item.value;
    throw malformed(wrapper, "an impossible shape");
  });
}

/** joblib looks only at whether the attribute is `None` or missing. */
function isPadded(wrapper: CallValue, alignment: Value | undefined): boolean {
  if (alignment === undefined || alignment.kind === "none") return false;
  if (alignment.kind === "int") return true;
  throw malformed(wrapper, "an impossible alignment");
}
