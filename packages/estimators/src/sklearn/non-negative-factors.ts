import { checkFeatures, checkNumeric, toFloating } from "../core/check.ts";
import { type Entry, type Evaluator, featuresOf } from "../core/evaluator.ts";
import { type Affine, affine } from "../core/linear.ts";
import { type Dense, denseOf, type Matrix, type Sparse } from "../core/matrix.ts";
import { multiply, transpose } from "../core/solve.ts";
import { reached } from "../core/stopping.ts";
import { transformer } from "../core/transformer.ts";
import { badInput } from "../error.ts";
import type { State } from "../read/state.ts";
import { readWeights } from "../read/weights.ts";

const MODULE = "sklearn.decomposition._nmf";

/** Rows as non-negative mixtures of non-negative components, found by iteration (sklearn.decomposition._nmf). */
export const entry: Entry = {
  classes: [`${MODULE}.NMF`, `${MODULE}.MiniBatchNMF`],
  build(state: State): Evaluator {
    const f = readWeights(state, "components_");
    if (f.dtype !== "float64") throw state.unsupported("components_", "is in single precision");
    const features = { ...featuresOf(state), count: f.inputs };
    const plan = readPlan(state, f);
    return transformer(state, features, (x): Matrix => {
      checkFeatures(x, features);
      const numeric = toFloating(checkNumeric(x, features.className, { sparse: true }));
      if (numeric.dtype === "float32")
        throw badInput(`${features.className}: components in double precision take no single precision`);
      if (numeric.data.some((v) => v < 0))
        throw badInput(`Negative values in data passed to ${features.className} (input X)`);
      return denseOf(plan.solve(numeric, plan), x.rows, f.outputs);
    });
  },
};

interface Plan {
  readonly className: string;
  readonly components: Affine;
  /** `components @ components.T`. */
  readonly gram: Float64Array;
  readonly l1: number;
  readonly l2: number;
  readonly tol: number;
  readonly rounds: number;
  readonly solve: (x: Dense | Sparse, plan: Plan) => Float64Array;
}

function readPlan(state: State, components: Affine): Plan {
  const { outputs, inputs } = components;
  const batches = state.shortName === "MiniBatchNMF";
  const solver = batches ? "mu" : state.oneOf("solver", ["cd", "mu"]);
  if (solver === "mu" && state.number("_beta_loss") !== 2)
    throw state.unsupported("beta_loss", "is not 'frobenius', which is not evaluated natively");
  if (!batches && state.bool("shuffle"))
    throw state.unsupported("shuffle", "is set: components are drawn at random");
  if (state.has("alpha") && state.text("alpha") !== "deprecated" && state.number("alpha") !== 0)
    throw state.unsupported("alpha", "is set, which newer releases replaced by alpha_W");
  const alpha = state.number("alpha_W") * inputs;
  const ratio = state.number("l1_ratio");
  return {
    className: state.shortName,
    components,
    gram: multiply(components.weights, transpose(components.weights, outputs, inputs), [
      outputs,
      inputs,
      outputs,
    ]),
    l1: alpha * ratio,
    l2: alpha * (1 - ratio),
    tol: state.number("tol"),
    rounds: state.int(batches ? "_transform_max_iter" : "max_iter", 1, 1e6),
    solve: batches ? miniBatch : solver === "cd" ? coordinateDescent : multiplicative,
  };
}

/** `_fit_coordinate_descent` with fixed components. */
function coordinateDescent(x: Dense | Sparse, plan: Plan): Float64Array {
  const { components, l1, l2, tol } = plan;
  const k = components.outputs;
  const gram = plan.gram.slice();
  for (let t = 0; t < k; t++) gram[t * k + t]! += l2;
  const products = affine(x, components).data.map((v) => v - l1);
  const w = new Float64Array(x.rows * k);
  let first = 0;
  for (let round = 1; round <= plan.rounds; round++) {
    const violation = descend(w, gram, products, k);
    if (round === 1) first = violation;
    if (first === 0 || reached(violation / first, tol, plan.className)) break;
  }
  return w;
}

/** One pass over the components (`_update_cdnmf_fast`); the sum of projected gradients. */
function descend(w: Float64Array, gram: Float64Array, products: ArrayLike<number>, k: number): number {
  let violation = 0;
  for (let t = 0; t < k; t++) {
    const hess = gram[t * k + t]!;
    for (let i = 0; i < w.length; i += k) {
      let grad = -products[i + t]!;
      for (let r = 0; r < k; r++) grad += gram[t * k + r]! * w[i + r]!;
      violation += Math.abs(w[i + t] === 0 ? Math.min(0, grad) : grad);
      if (hess !== 0) w[i + t] = Math.max(w[i + t]! - grad / hess, 0);
    }
  }
  return violation;
}

/** float32's epsilon: what stands for a denominator of 0. */
const EPSILON = 2 ** -23;

/** One multiplicative step of the Frobenius loss, in place. */
function step(w: Float64Array, products: ArrayLike<number>, { components, gram, l1, l2 }: Plan): void {
  const k = components.outputs;
  const row = new Float64Array(k);
  for (let i = 0; i < w.length; i += k) {
    row.set(w.subarray(i, i + k));
    for (let t = 0; t < k; t++) {
      let denominator = 0;
      for (let r = 0; r < k; r++) denominator += row[r]! * gram[r * k + t]!;
      if (l1 > 0) denominator += l1;
      if (l2 > 0) denominator += l2 * row[t]!;
      w[i + t] = row[t]! * (products[i + t]! / (denominator === 0 ? EPSILON : denominator));
    }
  }
}

function start(x: Dense | Sparse, k: number): Float64Array {
  let sum = 0;
  for (const v of x.data) sum += v;
  return new Float64Array(x.rows * k).fill(Math.sqrt(sum / (x.rows * x.cols) / k));
}

/** `_fit_multiplicative_update` with fixed components. */
function multiplicative(x: Dense | Sparse, plan: Plan): Float64Array {
  const products = affine(x, plan.components).data;
  const w = start(x, plan.components.outputs);
  const initial = plan.tol > 0 ? distance(x, w, products, plan) : 1;
  let previous = initial;
  for (let round = 1; round <= plan.rounds; round++) {
    step(w, products, plan);
    if (!(plan.tol > 0) || round % 10 !== 0) continue;
    const error = distance(x, w, products, plan);
    // `<` and `<=` differ only where `reached` refuses to decide.
    if (reached((previous - error) / initial, plan.tol, plan.className)) break;
    previous = error;
  }
  return w;
}

/** The Frobenius norm of `X - W H`. */
function distance(x: Dense | Sparse, w: Float64Array, products: ArrayLike<number>, plan: Plan): number {
  const { components, gram } = plan;
  const { outputs: k, inputs: n, weights } = components;
  let sum = 0;
  if (x.kind === "dense") {
    const fitted = multiply(w, weights, [x.rows, k, n]);
    fitted.forEach((v, i) => (sum += (x.data[i]! - v) ** 2));
    return Math.sqrt(sum);
  }
  for (const v of x.data) sum += v * v;
  for (let i = 0; i < w.length; i++) {
    const from = i - (i % k);
    let dot = 0;
    for (let r = 0; r < k; r++) dot += gram[(i % k) * k + r]! * w[from + r]!;
    sum += w[i]! * dot - 2 * w[i]! * products[i]!;
  }
  return Math.sqrt(sum);
}

/** `MiniBatchNMF._solve_W`. */
function miniBatch(x: Dense | Sparse, plan: Plan): Float64Array {
  const products = affine(x, plan.components).data;
  const w = start(x, plan.components.outputs);
  const before = w.slice();
  for (let round = 0; round < plan.rounds; round++) {
    step(w, products, plan);
    const change = norm(w.map((v, i) => v - before[i]!)) / norm(w);
    if (plan.tol > 0 && reached(change, plan.tol, plan.className)) break;
    before.set(w);
  }
  return w;
}

function norm(v: Float64Array): number {
  return Math.sqrt(v.reduce((sum, a) => sum + a * a, 0));
}
