import type { Cell } from "../core/matrix.ts";
import { readScalar } from "./array.ts";
import type { State } from "./state.ts";

/** `missing_values` of an imputer or indicator: NaN, None, a number or a text. */
export function readMissingValue(state: State): Cell {
  const value = state.value("missing_values");
  if (value.kind === "none") return null;
  if (value.kind === "str") return value.value;
  const scalar = readScalar(value, state.where("missing_values"));
  if (scalar === undefined) throw state.unsupported("missing_values", `is a ${value.kind}`);
  return scalar;
}

/** Whether a value is the missing one, as `sklearn.utils._mask._get_mask` decides. */
export function isMissing(cell: Cell, missing: Cell): boolean {
  if (typeof missing === "number" && Number.isNaN(missing))
    return typeof cell === "number" && Number.isNaN(cell);
  return cell === missing;
}
