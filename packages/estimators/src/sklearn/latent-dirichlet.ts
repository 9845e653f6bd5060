import { checkFeatures, checkNumeric } from "../core/check.ts";
import { psi } from "../core/digamma.ts";
import { type Entry, type Evaluator, featuresOf } from "../core/evaluator.ts";
import { type Dense, denseOf, type Matrix, type Sparse, sparsify } from "../core/matrix.ts";
import { reached } from "../core/stopping.ts";
import { transformer } from "../core/transformer.ts";
import { badInput } from "../error.ts";
import type { State } from "../read/state.ts";

/** Topics of documents by variational inference (sklearn.decomposition.LatentDirichletAllocation). */
export const entry: Entry = {
  classes: ["sklearn.decomposition._lda.LatentDirichletAllocation"],
  build(state: State): Evaluator {
    const { data, shape, dtype } = state.array("exp_dirichlet_component_", 2);
    const [topics, words] = shape;
    if (topics === undefined || words === undefined || topics < 1 || words < 1)
      throw state.malformed("exp_dirichlet_component_", "is empty");
    if (dtype !== "float64") throw state.unsupported("components_", "is in single precision");
    const features = { ...featuresOf(state), count: words };
    const plan: Plan = {
      topics,
      words,
      weights: data,
      prior: state.number("doc_topic_prior_"),
      rounds: state.int("max_doc_update_iter", 0, 1e6),
      tol: state.number("mean_change_tol"),
    };
    return transformer(state, features, (x): Matrix => {
      checkFeatures(x, features);
      const numeric = checkNumeric(x, features.className, { sparse: true });
      if (numeric.data.some((v) => v < 0))
        throw badInput("Negative values in data passed to LatentDirichletAllocation.transform");
      return distribution(numeric.kind === "sparse" ? numeric : sparsify(numeric), plan);
    });
  },
};

interface Plan {
  readonly topics: number;
  readonly words: number;
  /** `topics × words`. */
  readonly weights: Float64Array;
  readonly prior: number;
  readonly rounds: number;
  readonly tol: number;
}

function distribution(x: Sparse, plan: Plan): Dense {
  const { topics } = plan;
  const out = new Float64Array(x.rows * topics);
  for (let row = 0; row < x.rows; row++) {
    const [from, to] = [x.indptr[row]!, x.indptr[row + 1]!];
    const topicsOf = infer(x.indices.subarray(from, to), x.data.subarray(from, to), plan);
    const sum = topicsOf.reduce((a, b) => a + b, 0);
    topicsOf.forEach((v, t) => (out[row * topics + t] = v / sum));
  }
  return denseOf(out, x.rows, topics);
}

/** `_update_doc_distribution` of one document. */
function infer(words: Int32Array, counts: ArrayLike<number>, plan: Plan): Float64Array {
  const { topics, prior, rounds, tol } = plan;
  let current = new Float64Array(topics).fill(1);
  const start = Math.exp(psi(1) - psi(topics));
  const expectation = new Float64Array(topics).fill(start);
  for (let round = 0; round < rounds; round++) {
    const last = current;
    current = update(words, counts, expectation, plan);
    let total = 0;
    for (let t = 0; t < topics; t++) {
      current[t]! += prior;
      total += current[t]!;
    }
    const whole = psi(total);
    let change = 0;
    for (let t = 0; t < topics; t++) {
      expectation[t] = Math.exp(psi(current[t]!) - whole);
      change += Math.abs(last[t]! - current[t]!);
    }
    if (reached(change / topics, tol, "LatentDirichletAllocation")) break;
  }
  return current;
}

/** Each topic's share of the words, by what is expected of the topics. */
function update(
  words: Int32Array,
  counts: ArrayLike<number>,
  expectation: Float64Array,
  plan: Plan,
): Float64Array<ArrayBuffer> {
  const out = new Float64Array(plan.topics);
  words.forEach((word, k) => {
    let norm = 0;
    for (let t = 0; t < plan.topics; t++) norm += expectation[t]! * plan.weights[t * plan.words + word]!;
    const share = counts[k]! / (norm + Number.EPSILON);
    for (let t = 0; t < plan.topics; t++) out[t]! += share * plan.weights[t * plan.words + word]!;
  });
  for (let t = 0; t < plan.topics; t++) out[t]! *= expectation[t]!;
  return out;
}
