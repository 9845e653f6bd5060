import { type Categories, encode, UNKNOWN, unknownError } from "../core/categories.ts";
import { checkFeatures, checkSize } from "../core/check.ts";
import { columnAt } from "../core/columns.ts";
import { type Entry, type Evaluator, featuresOf } from "../core/evaluator.ts";
import { denseOf, floatsFor, type Matrix } from "../core/matrix.ts";
import { transformer } from "../core/transformer.ts";
import { badInput } from "../error.ts";
import { readScalar } from "../read/array.ts";
import { readCategories, readDTypeParameter, readInfrequent } from "../read/categories.ts";
import { dictEntries, type State } from "../read/state.ts";

/** One number for each category (sklearn.preprocessing._encoders.OrdinalEncoder). */
export const entry: Entry = {
  classes: ["sklearn.preprocessing._encoders.OrdinalEncoder"],
  build(state: State): Evaluator {
    const columns = readColumns(state);
    const features = { ...featuresOf(state), count: columns.length };
    const dtype = readDTypeParameter(state, "dtype");
    const errorOnUnknown = state.oneOf("handle_unknown", ["error", "use_encoded_value"]) === "error";
    const unknown = errorOnUnknown ? Number.NaN : state.number("unknown_value");
    return transformer(state, features, (x): Matrix => {
      checkFeatures(x, features);
      checkSize(x, features.className);
      if (x.kind === "sparse")
        throw badInput("Sparse data was passed to OrdinalEncoder, but dense data is required");
      const out = denseOf(floatsFor(dtype, x.rows * columns.length), x.rows, columns.length, dtype);
      columns.forEach(({ categories, values }, col) => {
        const column = columnAt(x, col);
        const codes = encode(column, categories);
        if (errorOnUnknown && codes.includes(UNKNOWN)) throw unknownError(column, codes, col);
        codes.forEach(
          (code, row) => (out.data[row * columns.length + col] = code === UNKNOWN ? unknown : values[code]!),
        );
      });
      return out;
    });
  },
};

interface ColumnPlan {
  readonly categories: Categories;
  /** The number that each category becomes. */
  readonly values: Float64Array;
}

function readColumns(state: State): ColumnPlan[] {
  const categories = readCategories(state);
  const infrequent = readInfrequent(state, categories);
  const missing = readMissing(state);
  const encoded = state.has("encoded_missing_value") ? state.number("encoded_missing_value") : Number.NaN;
  return categories.map((list, col) => {
    const mapping = infrequent?.mappings[col];
    const values = Float64Array.from(list.values, (_, code) => mapping?.[code] ?? code);
    const at = missing.get(col);
    if (at !== undefined) values[at] = encoded;
    return { categories: list, values };
  });
}

/** `_missing_indices`: which category of a column stands for a missing value. */
function readMissing(state: State): ReadonlyMap<number, number> {
  const where = state.where("_missing_indices");
  const entries = state.has("_missing_indices") ? dictEntries(state.value("_missing_indices")) : [];
  if (entries === undefined) throw state.malformed("_missing_indices", "is no dict");
  return new Map(
    entries.map(([key, value]) => {
      const col = readScalar(key, where);
      const code = readScalar(value, where);
      if (typeof col !== "number" || typeof code !== "number")
        throw state.malformed("_missing_indices", "holds no indices");
      return [col, code];
    }),
  );
}
