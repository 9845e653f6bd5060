import type { Value } from "@modelkeep/formats";
import { arrayData } from "./array.ts";
import { breach, byteLength, changedBeyond, type Contract, positional, qualified, shapeOf } from "./call.ts";

/**
 * `_mareconstruct(subtype, baseclass, baseshape, basetype)` of numpy/ma/core.py: it calls `ndarray.__new__(baseclass,
 * …)` and `ndarray.__new__(subtype, …)`. State: `(1, shape, dtype, fortran, data, mask, fill value)`.
 */
export const maskedReconstruct: Contract = (call) => {
  const [subtype, base, shape, code, ...rest] = positional(call) ?? [];
  const masked = ["numpy.ma.MaskedArray", "numpy.ma.core.MaskedArray"].includes(qualified(subtype) ?? "");
  if (!masked || qualified(base) !== "numpy.ndarray")
    return breach(call, "restores a class that is no masked array");
  const empty = shapeOf(shape);
  if (empty?.length !== 1 || empty[0] !== 0 || rest.length > 0)
    return breach(call, "takes (class, class, (0,), b'b')");
  if (code?.kind !== "str" && byteLength(code) !== 1) return breach(call, "has an odd type code");
  const changed = changedBeyond(call, "states");
  if (changed !== undefined) return changed;
  const [state] = call.states;
  return state === undefined ? undefined : maskedState(call, state);
};

function maskedState(call: Parameters<Contract>[0], state: Value): ReturnType<Contract> {
  const [version, dimensions, dtype, fortran, data, mask, , ...rest] =
    state.kind === "tuple" ? state.items : [];
  if (version?.kind !== "int" || (fortran?.kind !== "bool" && fortran?.kind !== "int") || rest.length > 0) {
    return breach(call, "gets a state that is none of a masked array");
  }
  const lengths = shapeOf(dimensions);
  const count = lengths?.reduce((product, length) => product * length, 1);
  const maskBytes = byteLength(mask);
  if (mask?.kind === "list" || maskBytes === undefined || count === undefined)
    return breach(call, "has an odd mask");
  // A record's mask has one flag for each of its fields.
  if (count === 0 ? maskBytes !== 0 : maskBytes % count !== 0)
    return breach(call, "has a mask of another size than its shape");
  return arrayData(call, dimensions, dtype, data);
}

/** `numpy.ma.masked` restores itself as `MaskedConstant()`. */
export const maskedConstant: Contract = (call) =>
  positional(call)?.length === 0 ? changedBeyond(call) : breach(call, "takes nothing");

/** skops' `MaskedArray(data, mask)`, both arrays of the file. */
export const maskedArray: Contract = (call) => {
  const items = positional(call);
  const arrays =
    items?.length === 2 &&
    items.every((item) => item.kind === "array" || item.kind === "bool" || item.kind === "call");
  return call.via === "SKOPS" && arrays
    ? changedBeyond(call)
    : breach(call, "takes data and mask of a skops file only");
};
