import { type Entry, type Evaluator, featuresOf } from "../core/evaluator.ts";
import type { Matrix, Nd } from "../core/matrix.ts";
import { pointsInput } from "../core/points-input.ts";
import { certainProduct } from "../core/products.ts";
import { regression } from "../core/tree-outputs.ts";
import { readPairwiseKernel } from "../read/pairwise-kernel.ts";
import { readPoints } from "../read/points.ts";
import type { State } from "../read/state.ts";

const CANCELS = "A prediction whose terms cancel";

/** Ridge regression in a kernel's space: `K(X, X_fit_) @ dual_coef_` (sklearn.kernel_ridge.KernelRidge). */
export const entry: Entry = {
  classes: ["sklearn.kernel_ridge.KernelRidge"],
  build(state: State): Evaluator {
    const features = featuresOf(state);
    const fitted = readPoints(state, "X_fit_");
    const kernel = readPairwiseKernel(state);
    const dual = state.array("dual_coef_");
    const [rows, outputs = 1] = dual.shape;
    if (rows !== fitted.rows || dual.shape.length > 2 || outputs < 1)
      throw state.malformed("dual_coef_", `has shape (${dual.shape.join(", ")}) for ${fitted.rows} samples`);
    const predict = (x: Matrix): Nd => {
      const answer = certainProduct(
        kernel(pointsInput(x, features, { sparse: true }), fitted),
        dual.data,
        outputs,
        CANCELS,
      ).data;
      const values = Float64Array.from(answer);
      return dual.shape.length === 1
        ? regression(values, 1)
        : { kind: "nd", data: values, shape: [values.length / outputs, outputs], dtype: "float64" };
    };
    return {
      className: state.className,
      features: { ...features, count: fitted.cols },
      methods: { predict },
    };
  },
};
