import { type State } from "../read/state.ts";
import { checkFeatures, checkNumeric, toFloating, type NumericOptions, type Features } from "./check.ts";
import { type Evaluator, featuresOf } from "./evaluator.ts";
import type { Dense, Matrix, Sparse } from "./matrix.ts";

/** An evaluator with nothing but `transform`. */
export function transformer(state: State, features: Features, transform: (x: Matrix) => Matrix): Evaluator {
  return { className: state.className, features, methods: { transform } };
}

/** A transformer of float32/float64 matrices (`check_array(dtype=FLOAT_DTYPES)`), which must not write to its input. */
export function floatTransformer(
  state: State,
  options: NumericOptions,
  kernels: { readonly dense: (x: Dense) => Matrix; readonly sparse?: (x: Sparse) => Matrix },
): Evaluator {
  const features = featuresOf(state);
  const { sparse } = kernels;
  return transformer(state, features, (x) => {
    checkFeatures(x, features);
    const given = { text: true, ...options };
    if (sparse === undefined) return kernels.dense(toFloating(checkNumeric(x, features.className, given)));
    const numeric = toFloating(checkNumeric(x, features.className, { ...given, sparse: true }));
    return numeric.kind === "sparse" ? sparse(numeric) : kernels.dense(numeric);
  });
}
