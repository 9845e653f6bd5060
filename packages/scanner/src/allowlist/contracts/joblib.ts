import { breach, type Contract, qualified, shapeOf, textEntries } from "./call.ts";
import { dtypeOf } from "./dtype.ts";
import { instance } from "./instance.ts";

const SUBCLASSES: ReadonlySet<string> = new Set([
  "numpy.ndarray",
  "numpy.matrix",
  "numpy.memmap",
  "numpy.matrixlib.defmatrix.matrix",
]);

/** `NumpyArrayWrapper`: the array's bytes follow it in the file, as many as its shape and dtype say. */
export const arrayWrapper: Contract = (call) => {
  const found = instance(call);
  if (found !== undefined) return found;
  const state = textEntries(call.states[0]);
  if (state === undefined) return breach(call, "has no state");
  if (!SUBCLASSES.has(qualified(state.get("subclass")) ?? ""))
    return breach(call, "wraps a class that is no array");
  if (shapeOf(state.get("shape")) === undefined) return breach(call, "has an impossible shape");
  const facts = dtypeOf(state.get("dtype"));
  return "reason" in facts ? breach(call, facts.reason) : undefined;
};
