import type { BytesValue, Value } from "@modelkeep/formats/value";
import type { Entry, Evaluator } from "../core/evaluator.ts";
import { readScalar } from "../read/array.ts";
import { asInstance, qualified, type State } from "../read/state.ts";
import { XGBOOST_CLASSES, xgboostEvaluator } from "../xgboost/model.ts";

/** XGBoost's estimators in scikit-learn's shape, pickled: a Booster's own bytes inside a state. */
export const entry: Entry = {
  classes: ["xgboost.core.Booster", ...XGBOOST_CLASSES],
  build(state: State): Evaluator {
    if (state.shortName === "Booster") return fromBooster(state, state.value("handle"));
    const booster = asInstance(state.value("_Booster"), state.where("_Booster"));
    if (booster?.className !== "xgboost.core.Booster") throw state.malformed("_Booster", "is no Booster");
    const handle = booster.attributes.get("handle");
    if (handle === undefined) throw state.malformed("_Booster", "has no handle");
    refuseOptions(state);
    return fromBooster(state, handle);
  },
};

function fromBooster(state: State, handle: Value): Evaluator {
  const bytes = bytesOf(handle);
  if (bytes === undefined) throw state.malformed("handle", `is a ${handle.kind}, not bytes`);
  return xgboostEvaluator(bytes.source, state.className);
}

/** Bytes, or before protocol 5 `bytearray(bytes)`. */
function bytesOf(value: Value): BytesValue | undefined {
  if (value.kind === "bytes") return value;
  if (value.kind !== "call" || value.callee.kind !== "global" || value.args.kind !== "tuple")
    return undefined;
  const [only, second] = value.args.items;
  const changed = value.states.length + value.appended.length + value.entries.length > 0;
  if (qualified(value.callee) !== "builtins.bytearray" || changed || second !== undefined) return undefined;
  return only?.kind === "bytes" ? only : undefined;
}

/** Parameters that change how the input is read or the answer is spelt. */
function refuseOptions(state: State): void {
  // Releases before 1.6 encode labels by an encoder of their own.
  state.mustBeNone("_le");
  if (!state.given("missing")) return;
  const missing = readScalar(state.value("missing"), state.where("missing"));
  if (typeof missing !== "number" || !Number.isNaN(missing))
    throw state.unsupported("missing", "is something other than not-a-number");
}
