import { checkFeatures, checkNumeric, toFloating } from "../core/check.ts";
import { type Entry, type Evaluator, featureCount, featuresOf } from "../core/evaluator.ts";
import { type Dense, denseOf, floatsFor, type Matrix } from "../core/matrix.ts";
import { transformer } from "../core/transformer.ts";
import { readScalar } from "../read/array.ts";
import { itemsOf, type State } from "../read/state.ts";

/** More output columns than this are a hostile degree, not a model. */
const MAX_OUTPUTS = 2_000_000;

/** Products of columns up to a degree (sklearn.preprocessing._polynomial.PolynomialFeatures). */
export const entry: Entry = {
  classes: ["sklearn.preprocessing._polynomial.PolynomialFeatures"],
  build(state: State): Evaluator {
    const cols = featureCount(state);
    const [low, high] = readDegrees(state);
    const terms = combinations(state, cols, low, high);
    const features = featuresOf(state);
    return transformer(state, features, (x): Matrix => {
      checkFeatures(x, features);
      return expand(toFloating(checkNumeric(x, features.className)), terms);
    });
  },
};

/** `degree` is the highest, or a pair of lowest and highest. */
function readDegrees(state: State): [number, number] {
  const value = state.value("degree");
  if (value.kind !== "tuple" && value.kind !== "list") return [0, state.int("degree", 0, 1000)];
  const [low, high] = itemsOf(value, state.where("degree")).map((item) =>
    readScalar(item, state.where("degree")),
  );
  if (typeof low !== "number" || typeof high !== "number" || low < 0 || high > 1000 || low > high)
    throw state.malformed("degree", "is no pair of degrees");
  return [low, high];
}

/** Index lists in the library's order: by degree, then lexicographic, with repetition unless only interactions are wanted. */
function combinations(state: State, cols: number, low: number, high: number): number[][] {
  const interactionOnly = state.bool("interaction_only");
  const terms: number[][] = state.bool("include_bias") ? [[]] : [];
  let previous: number[][] = [[]];
  for (let degree = 1; degree <= high; degree++) {
    const next: number[][] = [];
    for (const term of previous) {
      const last = term.at(-1);
      for (let col = last === undefined ? 0 : interactionOnly ? last + 1 : last; col < cols; col++) {
        next.push([...term, col]);
        if (terms.length + next.length > MAX_OUTPUTS)
          throw state.unsupported("degree", `gives more than ${MAX_OUTPUTS} columns`);
      }
    }
    if (degree >= Math.max(1, low)) for (const term of next) terms.push(term);
    previous = next;
  }
  if (state.has("n_output_features_") && state.number("n_output_features_") !== terms.length) {
    throw state.malformed(
      "n_output_features_",
      `is ${state.number("n_output_features_")}, not ${terms.length}`,
    );
  }
  return terms;
}

function expand(x: Dense, terms: readonly number[][]): Dense {
  const data = floatsFor(x.dtype, x.rows * terms.length);
  const single = data instanceof Float32Array;
  let at = 0;
  for (let row = 0; row < x.rows; row++) {
    const start = row * x.cols;
    for (const term of terms) {
      // From the last factor to the first, and rounded at each step, as the library multiplies columns.
      let product = 1;
      for (let i = term.length - 1; i >= 0; i--) {
        product *= x.data[start + term[i]!]!;
        if (single) product = Math.fround(product);
      }
      data[at++] = product;
    }
  }
  return denseOf(data, x.rows, terms.length);
}
