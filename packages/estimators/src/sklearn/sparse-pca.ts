import { checkFeatures, checkNumeric } from "../core/check.ts";
import { resultType } from "../core/dtype.ts";
import { type Entry, type Evaluator, featuresOf } from "../core/evaluator.ts";
import { affine } from "../core/linear.ts";
import { denseOf, floatsFor, type Matrix } from "../core/matrix.ts";
import { inverse, multiply, transpose } from "../core/solve.ts";
import { transformer } from "../core/transformer.ts";
import type { State } from "../read/state.ts";
import { readWeights } from "../read/weights.ts";

const MODULE = "sklearn.decomposition._sparse_pca";

/** Sparse components, fitted to each row by ridge regression (sklearn.decomposition._sparse_pca). */
export const entry: Entry = {
  classes: [`${MODULE}.SparsePCA`, `${MODULE}.MiniBatchSparsePCA`],
  build(state: State): Evaluator {
    const f = readWeights(state, "components_");
    const { outputs: k, inputs } = f;
    const mean = state.array("mean_", 1);
    if (mean.data.length !== inputs) throw state.malformed("mean_", "is for other columns");
    const alpha = state.number("ridge_alpha");
    const gram = multiply(f.weights, transpose(f.weights, k, inputs), [k, inputs, k]);
    const largest = Math.max(...Array.from({ length: k }, (_, i) => gram[i * k + i]!));
    // With next to no penalty the library may find the system singular, and takes another way.
    if (!(alpha > largest * 1e-6))
      throw state.unsupported("ridge_alpha", `is ${alpha}: rounding would decide`);
    for (let i = 0; i < k; i++) gram[i * k + i]! += alpha;
    const inverted = inverse(gram, k);
    if (inverted === undefined) throw state.malformed("components_", "give a singular matrix");
    const features = { ...featuresOf(state), count: inputs };
    return transformer(state, features, (x): Matrix => {
      checkFeatures(x, features);
      const numeric = checkNumeric(x, features.className);
      // The rows are rounded to the precision of the components before they are fitted.
      const centred = floatsFor(resultType(numeric.dtype, mean.dtype), numeric.data.length);
      for (let i = 0; i < centred.length; i++) centred[i] = numeric.data[i]! - mean.data[i % inputs]!;
      const rounded = f.dtype === "float32" ? Float32Array.from(centred) : centred;
      const products = affine(denseOf(rounded, x.rows, inputs), { ...f, dtype: "float64" });
      const code = multiply(products.data, inverted, [x.rows, k, k]);
      const data = f.dtype === "float32" ? Float32Array.from(code) : code;
      // Since 1.6 a single row is answered as a vector.
      if (x.rows === 1 && state.version >= 106)
        return { kind: "series", rows: k, column: { numeric: true, data, dtype: f.dtype } };
      return denseOf(data, x.rows, k, f.dtype);
    });
  },
};
