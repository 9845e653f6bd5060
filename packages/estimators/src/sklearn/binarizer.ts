import { badInput } from "../error.ts";
import { checkFeatures, checkNumeric } from "../core/check.ts";
import { type Entry, type Evaluator, featuresOf } from "../core/evaluator.ts";
import { denseOf, floatsFor, type Matrix } from "../core/matrix.ts";
import { transformer } from "../core/transformer.ts";
import type { State } from "../read/state.ts";

/** 1 above the threshold, else 0 (sklearn.preprocessing._data.Binarizer). The dtype stays the input's. */
export const entry: Entry = {
  classes: ["sklearn.preprocessing._data.Binarizer"],
  build(state: State): Evaluator {
    const threshold = state.number("threshold");
    const features = featuresOf(state);
    return transformer(state, features, (x): Matrix => {
      checkFeatures(x, features);
      const numeric = checkNumeric(x, features.className, { sparse: true });
      if (numeric.kind === "sparse") throw badInput("Binarizer of a sparse matrix is not evaluated natively");
      const data = floatsFor(numeric.dtype, numeric.data.length);
      for (let i = 0; i < data.length; i++) data[i] = numeric.data[i]! > threshold ? 1 : 0;
      return denseOf(data, numeric.rows, numeric.cols, numeric.dtype);
    });
  },
};
