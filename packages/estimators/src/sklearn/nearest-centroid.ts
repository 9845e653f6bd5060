import { undecided, expansionError, squaredDistance, squaredNorms } from "../core/distances.ts";
import { type Entry, type Evaluator, featuresOf, type Methods } from "../core/evaluator.ts";
import { argmaxRows, readClasses, take } from "../core/labels.ts";
import { type Dense, denseOf, type Matrix, type Nd, vector } from "../core/matrix.ts";
import { nearestCenter } from "../core/nearest-center.ts";
import { pointsInput } from "../core/points-input.ts";
import { logSharesOfRows, mapInPlace } from "../core/special.ts";
import { type Points, readPoints } from "../read/points.ts";
import type { State } from "../read/state.ts";

/** The class with the nearest centroid; with priors since 1.6 (sklearn.neighbors._nearest_centroid.NearestCentroid). */
export const entry: Entry = {
  classes: ["sklearn.neighbors._nearest_centroid.NearestCentroid"],
  build(state: State): Evaluator {
    const classes = readClasses(state);
    const centroids = readPoints(state, "centroids_");
    if (centroids.rows !== classes.data.length)
      throw state.malformed("centroids_", `are ${centroids.rows} for ${classes.data.length} classes`);
    const metric = state.oneOf("metric", ["euclidean", "manhattan"]);
    const features = { ...featuresOf(state), count: centroids.cols };
    const read = (x: Matrix): Points => pointsInput(x, features, { sparse: true });
    const nearest = (x: Matrix): Nd =>
      take(classes, nearestCenter(read(x), centroids, { metric, what: "Which centroid is nearer" }));
    const base = { className: state.className, features, classes };
    if (!state.has("class_prior_")) return { ...base, methods: { predict: nearest } };
    const prior = state.vector("class_prior_", classes.data.length);
    const scores = discriminant(state, centroids, prior);
    const uniform = prior.every((p) => Math.abs(p - 1 / prior.length) <= 1e-8 + 1e-5 / prior.length);
    if (metric === "manhattan" && !uniform)
      throw state.unsupported("metric", "is manhattan with priors, which is not evaluated natively");
    const others = metric === "manhattan" ? {} : scoreMethods((x) => scores(read(x)));
    const predict = uniform ? nearest : (x: Matrix): Nd => take(classes, argmaxRows(scores(read(x))));
    return { ...base, methods: { ...others, predict } };
  },
};

function scoreMethods(scores: (x: Matrix) => Dense): Methods {
  return {
    decision_function: (x) => {
      const s = scores(x);
      if (s.cols !== 2) return s;
      return vector(
        Float64Array.from({ length: s.rows }, (_, row) => s.data[2 * row + 1]! - s.data[2 * row]!),
      );
    },
    predict_log_proba: (x) => logSharesOfRows(scores(x)),
    predict_proba: (x) => {
      const p = logSharesOfRows(scores(x));
      mapInPlace(p.data, Math.exp);
      return p;
    },
  };
}

/** What rounding of the library's expanded squares may change in a score. */
const ENOUGH = 1e-10;

/** `-|x - centroid|² + 2 log(prior)` over columns scaled by their deviation within classes. */
function discriminant(state: State, centroids: Points, prior: Float64Array): (x: Points) => Dense {
  const { cols, rows } = centroids;
  const deviation = state.vector("within_class_std_dev_", cols).map((s) => (s === 0 ? 1 : s));
  const scaled = centroids.data.map((v, i) => v / deviation[i % cols]!);
  const norms = squaredNorms(scaled, rows, cols);
  return (x) => {
    const data = x.data.map((v, i) => v / deviation[i % cols]!);
    const own = squaredNorms(data, x.rows, cols);
    const out = new Float64Array(x.rows * rows);
    for (let row = 0, at = 0; row < x.rows; row++) {
      for (let k = 0; k < rows; k++) {
        const d = squaredDistance(data, row * cols, scaled, k * cols, cols);
        const score = -d + 2 * Math.log(prior[k]!);
        if (!(expansionError(4, own[row]!, norms[k]!) < ENOUGH * Math.max(1, Math.abs(score))))
          throw undecided("The distance to a centroid");
        out[at++] = score;
      }
    }
    return denseOf(out, x.rows, rows);
  };
}
