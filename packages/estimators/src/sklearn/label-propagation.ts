import { undecided } from "../core/distances.ts";
import { type Entry, type Evaluator, featuresOf } from "../core/evaluator.ts";
import { argmaxRows, readClasses, take } from "../core/labels.ts";
import { type Dense, denseOf, type Matrix } from "../core/matrix.ts";
import { pointsInput } from "../core/points-input.ts";
import { matmul } from "../core/products.ts";
import { requireSet } from "../neighbors/votes.ts";
import { readPairwiseKernel } from "../read/pairwise-kernel.ts";
import { readPoints } from "../read/points.ts";
import { readNeighborhood } from "../read/sample-index.ts";
import { innerState, type State } from "../read/state.ts";

/** Labels that spread over a graph of samples (sklearn.semi_supervised._label_propagation). */
export const entry: Entry = {
  classes: [
    "sklearn.semi_supervised._label_propagation.LabelPropagation",
    "sklearn.semi_supervised._label_propagation.LabelSpreading",
  ],
  build(state: State): Evaluator {
    const classes = readClasses(state);
    const samples = readPoints(state, "X_");
    const labels = readPoints(state, "label_distributions_", classes.data.length);
    if (labels.rows !== samples.rows)
      throw state.malformed("label_distributions_", `has ${labels.rows} rows for ${samples.rows} samples`);
    const features = { ...featuresOf(state), count: samples.cols };
    const fitted: Fitted = { samples, labels: denseOf(labels.data, labels.rows, labels.cols) };
    const kernel = state.text("kernel");
    const sums = kernel === "knn" ? byNeighbors(state, fitted) : byKernel(state, fitted);
    const proba = (x: Matrix): Dense => shares(sums(pointsInput(x, features, { sparse: true })));
    return {
      className: state.className,
      features,
      classes,
      methods: {
        predict: (x) => take(classes, certainArgmax(proba(x))),
        predict_proba: proba,
      },
    };
  },
};

type Points = ReturnType<typeof pointsInput>;
interface Fitted {
  readonly samples: Points;
  readonly labels: Dense;
}

/** Below it kernel values lose digits, and above it their sum is not zero in the library either. */
const SMALL = 1e-290;

function byKernel(state: State, { samples, labels }: Fitted): (x: Points) => Dense {
  if (state.text("kernel") !== "rbf")
    throw state.unsupported("kernel", "is neither 'rbf' nor 'knn', which is not evaluated natively");
  const kernel = readPairwiseKernel(state);
  return (x) => {
    const k = kernel(x, samples);
    for (let at = 0; at < k.data.length; at += k.cols) {
      let largest = 0;
      for (let i = at; i < at + k.cols; i++) largest = Math.max(largest, k.data[i]!);
      if (largest < SMALL) throw undecided("The label of a row so far from every sample");
    }
    return matmul(k, labels.data, labels.cols);
  };
}

function byNeighbors(state: State, { samples, labels }: Fitted): (x: Points) => Dense {
  const inner = innerState(state.value("nn_fit"), state.where("nn_fit"), state.version);
  if (inner?.className !== "sklearn.neighbors._unsupervised.NearestNeighbors")
    throw state.malformed("nn_fit", "is no NearestNeighbors");
  const near = readNeighborhood(inner);
  const k = inner.int("n_neighbors", 1, 2 ** 31);
  const { cols, data } = labels;
  if (near.index.samples.rows !== samples.rows) throw state.malformed("nn_fit", "searches other samples");
  const same = (a: number, b: number): boolean => {
    for (let j = 0; j < cols; j++) if (data[a * cols + j] !== data[b * cols + j]) return false;
    return true;
  };
  return (x) => {
    const out = new Float64Array(x.rows * cols);
    near.nearestPoints(x, k).forEach((found, row) => {
      requireSet(found, same);
      for (const i of found.indices)
        for (let j = 0; j < cols; j++) out[row * cols + j]! += data[i * cols + j]!;
    });
    return denseOf(out, x.rows, cols);
  };
}

function shares(sums: Dense): Dense {
  const { data, cols } = sums;
  for (let at = 0; at < data.length; at += cols) {
    let total = 0;
    for (let j = 0; j < cols; j++) total += data[at + j]!;
    for (let j = 0; j < cols; j++) data[at + j] = data[at + j]! / total;
  }
  return sums;
}

/** Shares so near to each other may be in either order in the library. */
const TIE = 1e-9;

function certainArgmax(shared: Dense): Int32Array {
  const best = argmaxRows(shared);
  best.forEach((winner, row) => {
    const top = shared.data[row * shared.cols + winner]!;
    for (let j = 0; j < shared.cols; j++) {
      if (j !== winner && top - shared.data[row * shared.cols + j]! <= TIE * top)
        throw undecided("Which of equally likely labels");
    }
  });
  return best;
}
