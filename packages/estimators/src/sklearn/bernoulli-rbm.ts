import { checkFeatures, checkNumeric, toFloating } from "../core/check.ts";
import { resultType } from "../core/dtype.ts";
import { type Entry, type Evaluator, featuresOf } from "../core/evaluator.ts";
import { affine, type Affine } from "../core/linear.ts";
import { dotProduct, undecided } from "../core/distances.ts";
import { randomIntegers } from "../core/mersenne-twister.ts";
import { densify, type Dense, type Matrix, type Result, type Sparse, vector } from "../core/matrix.ts";
import { expit, mapInPlace } from "../core/special.ts";
import { badInput } from "../error.ts";
import { readScalar } from "../read/array.ts";
import { readWeights } from "../read/weights.ts";
import type { State } from "../read/state.ts";

/**
 * Probabilities of hidden units (sklearn.neural_network.BernoulliRBM). Its `score_samples` changes one unit of each row at
 * random: what it answers is data only when `random_state` is a whole number, and the method is left out for any other.
 */
export const entry: Entry = {
  classes: ["sklearn.neural_network._rbm.BernoulliRBM"],
  build(state: State): Evaluator {
    const weights = readWeights(state, "components_");
    const f = { ...weights, intercept: state.vector("intercept_hidden_", weights.outputs) };
    const features = { ...featuresOf(state), count: f.inputs };
    const transform = (x: Matrix): Dense => {
      checkFeatures(x, features);
      const p = affine(toFloating(checkNumeric(x, features.className, { sparse: true })), f);
      mapInPlace(p.data, expit);
      return p;
    };
    const seed = readSeed(state);
    const machine = { f, visible: state.vector("intercept_visible_", f.inputs), older: state.version < 104 };
    const scores = (x: Matrix): Result => {
      checkFeatures(x, features);
      return likelihoods(checkNumeric(x, features.className, { sparse: true }), machine, seed ?? 0);
    };
    return {
      className: state.className,
      features,
      methods: { transform, ...(seed === undefined ? {} : { score_samples: scores }) },
    };
  },
};

/** `random_state` when it is a seed; undefined for none, and for a generator, whose next number is not in the model alone. */
function readSeed(state: State): number | undefined {
  if (!state.given("random_state")) return undefined;
  const value = readScalar(state.value("random_state"), state.where("random_state"));
  return typeof value === "number" && Number.isInteger(value) && value >= 0 && value < 2 ** 32
    ? value
    : undefined;
}

interface Machine {
  readonly f: Affine;
  readonly visible: Float64Array;
  /** Before 1.4 the logarithm of the logistic function was computed otherwise. */
  readonly older: boolean;
}

function likelihoods(x: Dense | Sparse, machine: Machine, seed: number): Result {
  const given = x.kind === "sparse" ? densify(x) : x;
  if (given.dtype === "float32" || resultType(given.dtype, machine.f.dtype) === "float32")
    throw badInput("The scores of BernoulliRBM in single precision are not evaluated natively: pass float64");
  const whole = given.dtype !== "float64";
  if (whole && given.data.some((v) => v !== 0 && v !== 1))
    throw badInput(
      `The scores of BernoulliRBM for ${given.dtype} other than 0 and 1 are not evaluated natively`,
    );
  const { rows, cols } = given;
  const row = new Float64Array(cols);
  const flips = randomIntegers(seed, cols, rows);
  const out = Float64Array.from(flips, (flip, i) => {
    row.set(given.data.subarray(i * cols, (i + 1) * cols));
    const before = freeEnergy(row, machine);
    row[flip] = 1 - row[flip]!;
    return cols * logLogistic(freeEnergy(row, machine) - before, machine.older);
  });
  if (machine.older) requireDigits(out, cols);
  // Before 1.4 the answer for one row was no vector.
  return machine.older && rows === 1 ? { kind: "nd", data: out, shape: [], dtype: "float64" } : vector(out);
}

/** The older formula adds to 1 what hardly shows there: nine digits of the answers must be left. */
function requireDigits(scores: Float64Array, cols: number): void {
  const largest = scores.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
  for (const v of scores)
    if (!(2 * cols * Number.EPSILON <= 1e-9 * Math.max(Math.abs(v), largest * 1e-3)))
      throw undecided("The score of a row so likely");
}

function freeEnergy(row: Float64Array, { f, visible }: Machine): number {
  let hidden = 0;
  for (let j = 0; j < f.outputs; j++)
    hidden += softPlus(dotProduct(f.weights, j * f.inputs, row, 0, f.inputs) + f.intercept[j]!);
  return -dotProduct(row, 0, visible, 0, f.inputs) - hidden;
}

/** `log(1 + exp(x))`. */
function softPlus(x: number): number {
  return x > 0 ? x + Math.log1p(Math.exp(-x)) : Math.log1p(Math.exp(x));
}

function logLogistic(x: number, older: boolean): number {
  if (!older) return -softPlus(-x);
  return x > 0 ? -Math.log(1 + Math.exp(-x)) : x - Math.log(1 + Math.exp(x));
}
