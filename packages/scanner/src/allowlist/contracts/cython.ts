import type { Value } from "@modelkeep/formats";
import { breach, changedBeyond, type Contract, positional } from "./call.ts";
import { fromScalars } from "./python.ts";

/**
 * `__pyx_unpickle_X(cls, checksum, state)`: Cython makes `cls.__new__(cls)` and sets typed fields, so the class has
 * to be the one that the function is for.
 * @param accepts whether a class may be restored by it
 */
export function cythonUnpickle(accepts: (module: string, name: string) => boolean): Contract {
  return (call) => {
    const [cls, checksum, state, ...rest] = positional(call) ?? [];
    if (cls?.kind !== "global" || !accepts(cls.module, cls.name))
      return breach(call, "restores another class than its own");
    if (checksum?.kind !== "int" || rest.length > 0) return breach(call, "takes (class, checksum, state)");
    const typed = state?.kind === "none" || (state?.kind === "tuple" && state.items.every(isData));
    if (!typed) return breach(call, "gets a state that is no tuple of data");
    const changed = changedBeyond(call, "states");
    if (changed !== undefined) return changed;
    const [later] = call.states;
    const data =
      later === undefined || later.kind === "tuple" || later.kind === "none" || later.kind === "dict";
    return data ? undefined : breach(call, "gets a state that is no tuple");
  };
}

function isData(value: Value): boolean {
  return value.kind !== "global" && value.kind !== "persistent";
}

/** A Cython class with a few numbers: `cls()` or `cls(number)`; skops adds an empty state. */
export const cythonNumbers: Contract = (call) => {
  const state = call.states[0];
  if (call.via === "SKOPS" && state?.kind === "dict") return fromScalars({ ...call, states: [] });
  return fromScalars(call);
};
