import { encode, UNKNOWN } from "../core/categories.ts";
import { checkFeatures, checkSize } from "../core/check.ts";
import { columnAt } from "../core/columns.ts";
import { type Entry, type Evaluator, featuresOf } from "../core/evaluator.ts";
import { type Matrix, zeros } from "../core/matrix.ts";
import { transformer } from "../core/transformer.ts";
import { badInput } from "../error.ts";
import { readNumbers } from "../read/array.ts";
import { readCategories } from "../read/categories.ts";
import type { State } from "../read/state.ts";

/** Each category as the mean target of its rows (sklearn.preprocessing._target_encoder.TargetEncoder). */
export const entry: Entry = {
  classes: ["sklearn.preprocessing._target_encoder.TargetEncoder"],
  build(state: State): Evaluator {
    const categories = readCategories(state);
    const each = state.text("target_type_") === "multiclass" ? state.cells("classes_").data.length : 1;
    const encodings = state
      .items("encodings_")
      .map((value, i) => readNumbers(value, `${state.where("encodings_")}[${i}]`).data);
    const means = state.array("target_mean_").data;
    if (each < 1 || encodings.length !== categories.length * each || means.length !== each)
      throw state.malformed("encodings_", `are ${encodings.length} for ${categories.length} columns`);
    encodings.forEach((encoding, e) => {
      if (encoding.length !== categories[Math.floor(e / each)]?.values.length)
        throw state.malformed(`encodings_[${e}]`, "is for another number of categories");
    });
    const features = { ...featuresOf(state), count: categories.length };
    return transformer(state, features, (x): Matrix => {
      checkFeatures(x, features);
      checkSize(x, features.className);
      if (x.kind === "sparse")
        throw badInput("Sparse data was passed to TargetEncoder, but dense data is required");
      const out = zeros(x.rows, encodings.length);
      categories.forEach((list, col) => {
        const codes = encode(columnAt(x, col), list);
        for (let k = 0; k < each; k++) {
          const e = col * each + k;
          codes.forEach((code, row) => {
            out.data[row * encodings.length + e] = code === UNKNOWN ? means[k]! : encodings[e]![code]!;
          });
        }
      });
      return out;
    });
  },
};
