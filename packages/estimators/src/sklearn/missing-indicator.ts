import { badInput } from "../error.ts";
import { checkFeatures, checkFinite, checkSize } from "../core/check.ts";
import { columnAt } from "../core/columns.ts";
import { type Entry, type Evaluator, featuresOf } from "../core/evaluator.ts";
import { columnsOf, denseOf, type Matrix, sparsify } from "../core/matrix.ts";
import { transformer } from "../core/transformer.ts";
import { readScalar } from "../read/array.ts";
import { isMissing, readMissingValue } from "../read/missing.ts";
import type { State } from "../read/state.ts";

/** Which values are missing (sklearn.impute._base.MissingIndicator), for the columns that had any at fit or for all. */
export const entry: Entry = {
  classes: ["sklearn.impute._base.MissingIndicator"],
  build(state: State): Evaluator {
    const columns = Array.from(state.vector("features_"));
    const missing = readMissingValue(state);
    // `"auto"` is sparse for sparse input only, which is refused at the call.
    const asked = state.given("sparse") ? readScalar(state.value("sparse"), state.where("sparse")) : false;
    if (asked !== "auto" && typeof asked !== "boolean")
      throw state.unsupported("sparse", "is neither a bool nor 'auto'");
    const features = featuresOf(state);
    const count = features.count ?? state.int("_n_features", 1, 2 ** 31);
    if (columns.some((col) => !Number.isInteger(col) || col < 0 || col >= count))
      throw state.malformed("features_", "name columns out of range");
    // While precomputed (inside an imputer), errors on new missing columns are off.
    const strict =
      state.bool("error_on_new") &&
      state.text("features") === "missing-only" &&
      !state.boolOr("_precomputed", false);
    return transformer(state, { ...features, count }, (x): Matrix => {
      checkFeatures(x, { ...features, count });
      checkSize(x, features.className);
      if (x.kind === "sparse")
        throw badInput("MissingIndicator of a sparse matrix is not evaluated natively");
      refuseBooleans(x, features.className);
      refuseStrings(x, features.className);
      refuseInfinity(x, features.className, missing);
      if (strict) refuseNew(x, columns, count, missing);
      const out = new Float64Array(x.rows * columns.length);
      columns.forEach((col, to) => {
        const { data } = columnAt(x, col);
        for (let row = 0; row < x.rows; row++)
          out[row * columns.length + to] = isMissing(data[row] ?? null, missing) ? 1 : 0;
      });
      const mask = denseOf(out, x.rows, columns.length, "bool");
      return asked === true ? sparsify(mask) : mask;
    });
  },
};

/** scikit-learn takes integers, floats and objects, and no array of booleans. */
export function refuseBooleans(x: Matrix, className: string): void {
  const cols = columnsOf(x);
  for (let col = 0; col < cols; col++) if (columnAt(x, col).dtype !== "bool") return;
  if (cols > 0) throw badInput(`${className} does not support data with dtype bool`);
}

/** Text is taken as objects only. */
export function refuseStrings(x: Matrix, className: string): void {
  if (x.kind === "table" && x.names === undefined && x.columns.some(({ dtype }) => dtype === "str"))
    throw badInput(`${className} does not support data with dtype str: pass objects`);
}

/** Where NaN is what is missing, NaN may be there and infinity may not. */
function refuseInfinity(x: Matrix, className: string, missing: Parameters<typeof isMissing>[1]): void {
  const nan = isMissing(Number.NaN, missing);
  for (let col = 0; col < columnsOf(x); col++) {
    const column = columnAt(x, col);
    if (column.numeric) checkFinite(column.data, className, nan, column.dtype);
  }
}

function refuseNew(
  x: Matrix,
  columns: readonly number[],
  count: number,
  missing: Parameters<typeof isMissing>[1],
): void {
  const known = new Set(columns);
  for (let col = 0; col < count; col++) {
    if (known.has(col)) continue;
    const { data } = columnAt(x, col);
    for (let row = 0; row < x.rows; row++) {
      if (isMissing(data[row] ?? null, missing)) {
        throw badInput(
          `The features [${col}] have missing values in transform but have no missing values in fit.`,
        );
      }
    }
  }
}
