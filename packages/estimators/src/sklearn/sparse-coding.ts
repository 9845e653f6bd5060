import { checkFeatures, checkNumeric } from "../core/check.ts";
import { type Entry, type Evaluator, featuresOf } from "../core/evaluator.ts";
import { type Affine, affine } from "../core/linear.ts";
import { matchingPursuit } from "../core/matching-pursuit.ts";
import { type Dense, denseOf, type Matrix } from "../core/matrix.ts";
import { multiply, transpose } from "../core/solve.ts";
import { transformer } from "../core/transformer.ts";
import { badInput } from "../error.ts";
import type { State } from "../read/state.ts";
import { readWeights } from "../read/weights.ts";

const MODULE = "sklearn.decomposition._dict_learning";

/** Rows as few atoms of a dictionary (sklearn.decomposition): by matching pursuit or by threshold. */
export const entry: Entry = {
  classes: [`${MODULE}.DictionaryLearning`, `${MODULE}.MiniBatchDictionaryLearning`, `${MODULE}.SparseCoder`],
  build(state: State): Evaluator {
    const fixed = state.shortName === "SparseCoder";
    const atoms = readWeights(state, fixed ? "dictionary" : "components_");
    if (atoms.dtype === "float32")
      throw state.unsupported("components_", "is in single precision, where rounding chooses the atoms");
    const features = { ...featuresOf(state), count: atoms.inputs };
    const encode = readAlgorithm(state, atoms);
    const split = state.bool("split_sign");
    return transformer(state, features, (x): Matrix => {
      checkFeatures(x, features);
      const numeric = checkNumeric(x, features.className);
      // Since 1.9 the products of the atoms are rounded to the input's precision.
      if (numeric.dtype === "float32" && state.version >= 109)
        throw badInput(`${features.className} of single precision is not evaluated natively: pass float64`);
      const code = encode(numeric);
      return split ? bothSigns(code) : code;
    });
  },
};

function readAlgorithm(state: State, atoms: Affine): (x: Dense) => Dense {
  const algorithm = state.string("transform_algorithm");
  const positive = state.bool("positive_code");
  if (algorithm === "threshold") {
    const alpha = readAlpha(state);
    return (x) => threshold(affine(x, atoms), alpha, positive);
  }
  if (algorithm !== "omp")
    throw state.unsupported(
      "transform_algorithm",
      `${JSON.stringify(algorithm.slice(0, 40))} is not evaluated natively`,
    );
  if (positive) throw state.unsupported("positive_code", "is set, which matching pursuit does not know");
  const { outputs, inputs } = atoms;
  const gram = multiply(atoms.weights, transpose(atoms.weights, outputs, inputs), [outputs, inputs, outputs]);
  const count = Math.trunc(
    state.given("transform_n_nonzero_coefs")
      ? state.int("transform_n_nonzero_coefs", 1, outputs)
      : Math.min(Math.max(inputs / 10, 1), outputs),
  );
  return (x) => pursue(affine(x, atoms), gram, count);
}

/** `transform_alpha`; where it is not given, `alpha` since 1.2, and 1 before. */
function readAlpha(state: State): number {
  if (state.given("transform_alpha")) return state.number("transform_alpha");
  return state.version >= 102 && state.given("alpha") ? state.number("alpha") : 1;
}

function pursue(products: Dense, gram: Float64Array, count: number): Dense {
  const { rows, cols } = products;
  const out = new Float64Array(rows * cols);
  for (let row = 0; row < rows; row++) {
    const xy = Float64Array.from(products.data.subarray(row * cols, (row + 1) * cols));
    out.set(matchingPursuit(gram, xy, count), row * cols);
  }
  return denseOf(out, rows, cols);
}

function threshold(products: Dense, alpha: number, positive: boolean): Dense {
  const data = products.data.slice();
  for (let i = 0; i < data.length; i++) {
    const v = data[i]!;
    const code = Math.sign(v) * Math.max(Math.abs(v) - alpha, 0);
    data[i] = positive ? Math.max(code, 0) : code;
  }
  return denseOf(data, products.rows, products.cols);
}

/** Positive parts, then negative parts. */
function bothSigns(code: Dense): Dense {
  const { rows, cols } = code;
  const out = new Float64Array(rows * cols * 2);
  for (let row = 0; row < rows; row++) {
    for (let col = 0; col < cols; col++) {
      const v = code.data[row * cols + col]!;
      out[row * cols * 2 + col] = Math.max(v, 0);
      out[row * cols * 2 + cols + col] = -Math.min(v, 0);
    }
  }
  return denseOf(out, rows, cols * 2);
}
