import type { CallValue, Value } from "@modelkeep/formats";
import type { ContractBreach } from "../entry.ts";
import { breach, byteLength, changedBeyond, type Contract, positional, qualified, shapeOf } from "./call.ts";
import { type DTypeFacts, dtypeOf } from "./dtype.ts";

/** Classes whose `__new__` `_reconstruct` bypasses (it allocates by `ndarray.__new__`), so that no file is opened. */
const ARRAY_CLASSES: ReadonlySet<string> = new Set([
  "numpy.ndarray",
  "numpy.matrix",
  "numpy.matrixlib.defmatrix.matrix",
  "numpy.recarray",
  "numpy.rec.recarray",
  "numpy.core.records.recarray",
  "numpy.memmap",
  "numpy.core.memmap",
  "numpy.core.memmap.memmap",
]);

/**
 * `numpy.core.multiarray._reconstruct(cls, (0,), b'b')`, then the state `(version, shape, dtype, fortran, data)` of
 * `array_setstate` in numpy/core/src/multiarray/methods.c. Any other shape would give memory that nobody wrote.
 */
export const reconstruct: Contract = (call) => {
  const [cls, shape, code, ...rest] = positional(call) ?? [];
  if (!ARRAY_CLASSES.has(qualified(cls) ?? "")) return breach(call, "restores a class that is no array");
  if (rest.length > 0 || !isEmptyShape(shape) || !isTypeCode(code))
    return breach(call, "takes (class, (0,), b'b')");
  const changed = changedBeyond(call, "states");
  if (changed !== undefined) return changed;
  const [state] = call.states;
  return state === undefined ? undefined : arrayState(call, state);
};

function isEmptyShape(value: Value | undefined): boolean {
  const shape = shapeOf(value);
  return shape?.length === 1 && shape[0] === 0;
}

function isTypeCode(value: Value | undefined): boolean {
  return value?.kind === "str" ? value.value === "b" : byteLength(value) === 1;
}

/** `(version, shape, dtype, fortran, data)`; masked arrays and record arrays add to it. */
export function arrayState(call: CallValue, state: Value): ContractBreach | undefined {
  const [version, shape, dtype, fortran, data, ...rest] = state.kind === "tuple" ? state.items : [];
  if (version?.kind !== "int" || version.value !== 1 || fortran === undefined || rest.length > 0) {
    return breach(call, "gets a state that is none of an array");
  }
  if (fortran.kind !== "bool" && fortran.kind !== "int") return breach(call, "has an odd order");
  return arrayData(call, shape, dtype, data);
}

/** The elements fill the shape exactly; references come as a list of objects, never as bytes. */
export function arrayData(
  call: CallValue,
  shape: Value | undefined,
  dtype: Value | undefined,
  data: Value | undefined,
): ContractBreach | undefined {
  const facts = dtypeOf(dtype);
  if ("reason" in facts) return breach(call, facts.reason);
  const count = shapeOf(shape)?.reduce((product, length) => product * length, 1);
  if (count === undefined || !Number.isSafeInteger(count)) return breach(call, "has an impossible shape");
  return elements(call, facts, count, data);
}

function elements(
  call: CallValue,
  facts: DTypeFacts,
  count: number,
  data: Value | undefined,
): ContractBreach | undefined {
  if (facts.hasObject) {
    if (data?.kind !== "list")
      return breach(call, "gives raw bytes where objects are held, which would be pointers");
    return data.items.length === count
      ? undefined
      : breach(call, "has another number of objects than its shape says");
  }
  const size = byteLength(data);
  if (size === undefined) return breach(call, "has no bytes");
  if (size !== count * facts.itemSize)
    return breach(call, `has ${size} bytes where its shape needs ${count * facts.itemSize}`);
  return undefined;
}

/** `_frombuffer(buffer, dtype, shape, order[, axis_order])` (protocol 5, numpy/core/numeric.py). */
export const fromBuffer: Contract = (call) => {
  const changed = changedBeyond(call);
  if (changed !== undefined) return changed;
  const [buffer, dtype, shape, order, axes, ...rest] = positional(call) ?? [];
  if (rest.length > 0 || order?.kind !== "str" || !["C", "F", "K"].includes(order.value)) {
    return breach(call, "takes a buffer, a dtype, a shape and an order");
  }
  if (axes !== undefined && axes.kind !== "none" && shapeOf(axes) === undefined)
    return breach(call, "has odd axes");
  const facts = dtypeOf(dtype);
  if ("reason" in facts) return breach(call, facts.reason);
  if (facts.hasObject) return breach(call, "gives raw bytes where objects are held, which would be pointers");
  // An out-of-band buffer's size is known only to whoever passes it; NumPy checks it against the shape.
  if (buffer?.kind === "buffer")
    return shapeOf(shape) === undefined ? breach(call, "has an odd shape") : undefined;
  return arrayData(call, shape, dtype, buffer);
};

/** `numpy.core.multiarray.scalar(dtype, bytes)`: one element, never an object. */
export const scalar: Contract = (call) => {
  const changed = changedBeyond(call);
  if (changed !== undefined) return changed;
  const [dtype, data, ...rest] = positional(call) ?? [];
  const facts = dtypeOf(dtype);
  if ("reason" in facts) return breach(call, facts.reason);
  if (facts.hasObject) return breach(call, "makes an object out of raw bytes, which would be pointers");
  if (rest.length > 0) return breach(call, "takes a dtype and bytes");
  // Empty text and empty bytes are written without their bytes.
  if (data === undefined) return facts.itemSize === 0 ? undefined : breach(call, "has no bytes");
  const size = byteLength(data);
  return size === facts.itemSize
    ? undefined
    : breach(call, `has ${size ?? "no"} bytes where ${facts.itemSize} are needed`);
};

/** skops keeps scalars and subclasses of arrays as a `.npy` and calls the class with it: `numpy.float64(array)`. */
export const skopsArray: Contract = (call) => {
  const items = positional(call);
  const [content] = items ?? [];
  // The key of a dict comes as text: `numpy.int64("3")`.
  const good = items?.length === 1 && (content?.kind === "array" || content?.kind === "str");
  if (call.via !== "SKOPS" || !good) return breach(call, "takes an array or a key of a skops file only");
  return changedBeyond(call);
};
