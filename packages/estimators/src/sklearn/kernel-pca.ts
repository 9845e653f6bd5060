import { type Entry, type Evaluator, featuresOf } from "../core/evaluator.ts";
import type { Dense, Matrix } from "../core/matrix.ts";
import { pointsInput } from "../core/points-input.ts";
import { transformer } from "../core/transformer.ts";
import { readKernelComponents } from "../read/kernel-components.ts";
import { readPairwiseKernel } from "../read/pairwise-kernel.ts";
import { readPoints } from "../read/points.ts";
import type { State } from "../read/state.ts";

/** Principal components in a kernel's space (sklearn.decomposition._kernel_pca.KernelPCA). */
export const entry: Entry = {
  classes: ["sklearn.decomposition._kernel_pca.KernelPCA"],
  build(state: State): Evaluator {
    const fitted = readPoints(state, "X_fit_");
    const features = { ...featuresOf(state), count: fitted.cols };
    const kernel = readPairwiseKernel(state, state.has("gamma_") ? "gamma_" : "gamma");
    const components = readKernelComponents(state, fitted.rows);
    return transformer(state, features, (x: Matrix): Dense => {
      const k = kernel(pointsInput(x, features, { sparse: true }), fitted);
      return components.project(k);
    });
  },
};
