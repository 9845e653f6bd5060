import type { State } from "../read/state.ts";
import { checkFeatures, checkFinite, checkNumeric, type Features, toFloat32 } from "./check.ts";
import { densify, type Matrix } from "./matrix.ts";

/** The input as trees read it: float32, row-major. A sparse matrix is made dense, which changes no comparison. */
export function treeInput(x: Matrix, features: Features, allowNan: boolean): Float32Array {
  checkFeatures(x, features);
  const numeric = checkNumeric(x, features.className, { sparse: true, nan: allowNan && x.kind !== "sparse" });
  const { data } = toFloat32(numeric.kind === "sparse" ? densify(numeric) : numeric);
  if (numeric.dtype !== "float32") checkFinite(data, features.className, true, "float32");
  return data;
}

const CLASSIFIER_CRITERIA = ["gini", "log_loss", "entropy"];
const REGRESSOR_CRITERIA = ["squared_error", "friedman_mse", "poisson"];

/** Whether a decision tree lets missing values in: the `allow_nan` tag of each version. */
export function treeAllowsNan(state: State): boolean {
  const { version } = state;
  if (version < 103 || (state.given("monotonic_cst") && version < 109)) return false;
  const splitter = state.text("splitter") ?? "";
  const extra = state.shortName.startsWith("ExtraTree");
  if (version >= 109) return extra ? splitter === "random" : true;
  if (extra ? version < 106 || splitter !== "random" : splitter !== "best" && version < 106) return false;
  const criterion = state.text("criterion") ?? "";
  return (state.shortName.endsWith("Classifier") ? CLASSIFIER_CRITERIA : REGRESSOR_CRITERIA).includes(
    criterion,
  );
}
