import type { CallValue, Value } from "@modelkeep/formats";
import type { ContractBreach } from "../entry.ts";
import { attributeFault } from "./attributes.ts";
import { breach, changedBeyond, type Contract, positional } from "./call.ts";

/**
 * A plain Python object: made by `cls.__new__(cls)` without arguments, then given its attributes as one dict.
 * `__init__` does not run. The attributes' own calls are judged each by itself.
 *
 * A second state is refused because the first could have put an attribute named `__setstate__` on the object,
 * which the second BUILD would call (CPython `Lib/pickle.py`, `load_build`).
 */
export const instance: Contract = (call) => {
  const args = positional(call);
  if (args === undefined || args.length > 0) return breach(call, "takes no arguments");
  if (call.via === "REDUCE" || call.via === "INST" || call.via === "OBJ") {
    return breach(call, "is called with its initialiser instead of being restored");
  }
  return changedBeyond(call, "states") ?? attributes(call);
};

/** As {@link instance}; writers that use `cls()` (no arguments) are accepted too. Only where `__init__()` is harmless. */
export const defaultInstance: Contract = (call) => {
  const args = positional(call);
  if (args === undefined || args.length > 0) return breach(call, "takes no arguments");
  return changedBeyond(call, "states") ?? attributes(call);
};

/** The state of a plain object, if it has one: a dict from attribute names. */
export function attributes(call: CallValue): ContractBreach | undefined {
  const [state] = call.states;
  return state === undefined || state.kind === "none" ? undefined : attributeDict(call, state);
}

/** Attributes, or `(attributes, slots)` where `slots` are set by `setattr`. */
export function attributesAndSlots(call: CallValue): ContractBreach | undefined {
  const [state] = call.states;
  if (state?.kind !== "tuple") return attributes(call);
  if (state.items.length !== 2) return breach(call, "gets a state that is no pair of dicts");
  for (const part of state.items) {
    const found = part.kind === "none" ? undefined : attributeDict(call, part);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Special attributes of instances that real models do have. */
const SPECIAL_ATTRIBUTES: ReadonlySet<string> = new Set([
  // functools.update_wrapper on numpy.vectorize and the like
  "__doc__",
  "__name__",
  "__qualname__",
  "__module__",
]);

function attributeDict(call: CallValue, state: Value): ContractBreach | undefined {
  if (state.kind !== "dict")
    return breach(call, `gets a ${state.kind} as its state instead of a dict of attributes`);
  for (const [key, value] of state.entries) {
    if (key.kind !== "str") return breach(call, "gets an attribute whose name is no text");
    // Python looks some of these up on the instance (copy, pickle), so data could stand in for a method.
    if (key.value.startsWith("__") && key.value.endsWith("__") && !SPECIAL_ATTRIBUTES.has(key.value)) {
      return breach(call, `gets the special attribute ${key.value}`);
    }
    const fault = attributeFault(key.value, value);
    if (fault !== undefined) return breach(call, fault);
  }
  return undefined;
}
