import { checkFeatures, checkNumeric } from "../core/check.ts";
import { labelsFromScores, ravelSingle } from "../core/classifier.ts";
import {
  asDense,
  type Entry,
  type Evaluator,
  featuresOf,
  type Methods,
  method,
  type Nested,
} from "../core/evaluator.ts";
import { addHistTrees } from "../core/hist-trees.ts";
import { readClasses } from "../core/labels.ts";
import { type Dense, type Matrix, type Nd, vector, zeros } from "../core/matrix.ts";
import { bothSides, expitInPlace, mapInPlace, softmaxRows } from "../core/special.ts";
import { readHistTrees } from "../read/hist-trees.ts";
import type { State } from "../read/state.ts";

const MODULE = "sklearn.ensemble._hist_gradient_boosting.gradient_boosting";

/** Histogram gradient boosting: missing values and categories go their own way at each split. */
export const entry: Entry = {
  classes: [`${MODULE}.HistGradientBoostingClassifier`, `${MODULE}.HistGradientBoostingRegressor`],
  build(state: State, nested: Nested): Evaluator {
    const { outputs, features: cols } = readHistTrees(state);
    const features = featuresOf(state);
    const baseline = readBaseline(state, outputs.length);
    const prepare = preparation(state, nested, cols);
    const raw = (x: Matrix): Dense => {
      const input = prepare(x);
      const data = input.data instanceof Float64Array ? input.data : Float64Array.from(input.data);
      const out = zeros(input.rows, outputs.length);
      for (let i = 0; i < out.data.length; i++) out.data[i] = baseline[i % outputs.length]!;
      outputs.forEach((model, column) =>
        addHistTrees(model, data, cols, out.data, { column, stride: outputs.length }),
      );
      return out;
    };
    if (state.shortName === "HistGradientBoostingRegressor") {
      return { className: state.className, features, methods: { predict: regression(state, raw) } };
    }
    const classes = readClasses(state);
    if (outputs.length !== (classes.data.length === 2 ? 1 : classes.data.length)) {
      throw state.malformed(
        "n_trees_per_iteration_",
        `is ${outputs.length} for ${classes.data.length} classes`,
      );
    }
    return { className: state.className, features, classes, methods: classification(state, classes, raw) };
  },
};

/** `_baseline_prediction`: a number or one for each tree of an iteration, in whatever shape a version keeps it. */
function readBaseline(state: State, outputs: number): Float64Array {
  const { data } = state.array("_baseline_prediction");
  if (data.length !== outputs)
    throw state.malformed("_baseline_prediction", `has ${data.length} values, not ${outputs}`);
  return data;
}

/** `_preprocess_X`: since 1.4 categories may be encoded by an inner ColumnTransformer, which also moves them to the front. */
function preparation(state: State, nested: Nested, cols: number): (x: Matrix) => Dense {
  const features = featuresOf(state);
  if (!state.given("_preprocessor")) {
    return (x) => {
      checkFeatures(x, { ...features, count: cols });
      return checkNumeric(x, features.className, { infinite: true });
    };
  }
  const inner = nested.load(state.value("_preprocessor"), state.where("_preprocessor"));
  const transform = method(inner, "transform");
  return (x) => {
    const dense = asDense(transform(x), inner.className);
    if (dense.cols !== cols)
      throw state.malformed("_preprocessor", `gives ${dense.cols} columns, not ${cols}`);
    return dense;
  };
}

const LOG_LINK = new Set(["poisson", "gamma"]);
const IDENTITY_LINK = new Set([
  "squared_error",
  "least_squares",
  "absolute_error",
  "least_absolute_deviation",
  "quantile",
]);

function regression(state: State, raw: (x: Matrix) => Dense): (x: Matrix) => Nd {
  const loss = state.string("loss");
  if (!LOG_LINK.has(loss) && !IDENTITY_LINK.has(loss))
    throw state.unsupported("loss", `is ${JSON.stringify(loss)}`);
  return (x) => {
    const { data } = raw(x);
    if (LOG_LINK.has(loss)) mapInPlace(data, Math.exp);
    return vector(data);
  };
}

function classification(state: State, classes: Nd, raw: (x: Matrix) => Dense): Methods {
  state.oneOf("loss", ["log_loss", "auto", "binary_crossentropy", "categorical_crossentropy"]);
  const proba = (x: Matrix): Dense => {
    const scores = raw(x);
    if (scores.cols > 1) return softmaxRows(scores);
    expitInPlace(scores.data);
    return bothSides(scores.data);
  };
  return {
    predict: (x) => labelsFromScores(classes, raw(x)),
    predict_proba: proba,
    decision_function: (x) => ravelSingle(raw(x)),
  };
}
