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
import { argmaxRows, readClasses, take } from "../core/labels.ts";
import { type Dense, denseOf, type Matrix, type Nd, vector, zeros } from "../core/matrix.ts";
import { bothSides, expit, logOf, mapInPlace, softmaxRows } from "../core/special.ts";
import { treeInput } from "../core/tree-input.ts";
import { addTrees } from "../core/add-trees.ts";
import { flattenTrees, type Trees } from "../core/trees.ts";
import { readObjects } from "../read/array.ts";
import { innerState, type State } from "../read/state.ts";
import { type FittedTree, readTree } from "../read/tree.ts";

/** Gradient boosting (sklearn.ensemble._gb): an initial estimator plus scaled regression trees. */
export const entry: Entry = {
  classes: [
    "sklearn.ensemble._gb.GradientBoostingClassifier",
    "sklearn.ensemble._gb.GradientBoostingRegressor",
  ],
  build(state: State, nested: Nested): Evaluator {
    const { columns, cols } = readStages(state);
    const features = { ...featuresOf(state), count: cols };
    const rate = state.number("learning_rate");
    const classes = state.shortName.endsWith("Classifier") ? readClasses(state) : undefined;
    if (classes !== undefined && columns.length !== (classes.data.length === 2 ? 1 : classes.data.length)) {
      throw state.malformed(
        "estimators_",
        `has ${columns.length} trees a stage for ${classes.data.length} classes`,
      );
    }
    const start = initialPredictions(state, nested, classes, columns.length);
    const raw = (x: Matrix): Dense => {
      const data = treeInput(x, features, false);
      const out = start(denseOf(data, data.length / cols, cols));
      columns.forEach((trees, k) =>
        addTrees(trees, { data }, cols, out.data, { scale: rate, stride: columns.length, offset: k }),
      );
      return out;
    };
    return classes === undefined
      ? { className: state.className, features, methods: { predict: (x) => vector(raw(x).data) } }
      : { className: state.className, features, classes, methods: classifierMethods(state, classes, raw) };
  },
};

/** `estimators_`, an array of stages × K trees, as K lists of trees. */
function readStages(state: State): { columns: Trees[]; cols: number } {
  const { items, shape } = readObjects(state.value("estimators_"), state.where("estimators_"));
  const [stages, perStage] = shape;
  if (shape.length !== 2 || stages === undefined || perStage === undefined || stages < 1 || perStage < 1) {
    throw state.malformed("estimators_", `has shape (${shape.join(", ")})`);
  }
  const trees = items.map((value, i): FittedTree => {
    const inner = innerState(value, `${state.where("estimators_")}[${i}]`, state.version);
    if (inner?.className !== "sklearn.tree._classes.DecisionTreeRegressor") {
      throw state.malformed(`estimators_[${i}]`, "is no DecisionTreeRegressor");
    }
    return readTree(inner.value("tree_"), inner.where("tree_"));
  });
  const cols = trees[0]?.features ?? 0;
  if (trees.some((tree) => tree.features !== cols || tree.outputs !== 1 || tree.classes !== 1)) {
    throw state.malformed("estimators_", "hold trees of different shapes");
  }
  const columns = Array.from({ length: perStage }, (_, k) =>
    flattenTrees(
      trees.filter((_tree, i) => i % perStage === k),
      1,
      cols,
      state.where("estimators_"),
    ),
  );
  return { columns, cols };
}

/** `float32`'s epsilon: what scikit-learn keeps initial probabilities away from 0 and 1 by. */
const EPSILON = 2 ** -23;

type Start = (x: Dense) => Dense & { readonly data: Float64Array };

/** `_raw_predict_init`: zeros, or the initial estimator's answer through the loss's link. */
function initialPredictions(state: State, nested: Nested, classes: Nd | undefined, outputs: number): Start {
  const value = state.value("init_");
  if (value.kind === "str" && value.value === "zero") return (x) => zeros(x.rows, outputs);
  const init = nested.load(value, state.where("init_"));
  if (classes === undefined) {
    const predict = method(init, "predict");
    return (x) => own(asDense(predict(x), init.className), outputs);
  }
  // The library rounds probabilities of other estimators to float32 on the way, and their logarithms blow that up.
  if (!/^sklearn\.(?:dummy|tree\._classes|ensemble\._forest)\./u.test(init.className)) {
    throw state.unsupported(
      "init_",
      `is a ${init.className}, whose single-precision probabilities cannot be matched`,
    );
  }
  const proba = method(init, "predict_proba");
  const exponential = state.string("loss") === "exponential";
  return (x) => {
    const p = asDense(proba(x), init.className);
    if (p.cols !== classes.data.length)
      throw state.malformed("init_", `knows ${p.cols} classes, not ${classes.data.length}`);
    return outputs === 1 ? logits(p, exponential ? 0.5 : 1) : logs(p, state.version >= 104);
  };
}

function own(x: Dense, cols: number): Dense & { readonly data: Float64Array } {
  return { kind: "dense", data: Float64Array.from(x.data), rows: x.rows, cols, dtype: "float64" };
}

function clip(p: number): number {
  return Math.min(1 - EPSILON, Math.max(EPSILON, p));
}

function logits(p: Dense, scale: number): ReturnType<typeof own> {
  const out = zeros(p.rows, 1);
  for (let row = 0; row < p.rows; row++) {
    const q = clip(p.data[2 * row + 1]!);
    out.data[row] = scale * Math.log(q / (1 - q));
  }
  return out;
}

/** Logarithms of probabilities; since 1.4 (`MultinomialLogit`) minus each row's mean logarithm. */
function logs(p: Dense, centred: boolean): ReturnType<typeof own> {
  const out = own(p, p.cols);
  mapInPlace(out.data, (q) => Math.log(clip(q)));
  if (!centred) return out;
  for (let start = 0; start < out.data.length; start += p.cols) {
    let sum = 0;
    for (let i = start; i < start + p.cols; i++) sum += out.data[i]!;
    for (let i = start; i < start + p.cols; i++) out.data[i]! -= sum / p.cols;
  }
  return out;
}

function classifierMethods(state: State, classes: Nd, raw: (x: Matrix) => Dense): Methods {
  const loss = state.oneOf("loss", ["log_loss", "deviance", "exponential"]);
  const proba = (x: Matrix): Dense => {
    const scores = raw(x);
    if (scores.cols > 1) return softmaxRows(scores);
    mapInPlace(scores.data, loss === "exponential" ? (s) => expit(2 * s) : expit);
    return bothSides(scores.data);
  };
  // A raw prediction of exactly 0 is the second class, but before 1.4 it was the first under the logistic loss.
  const zeroIsPositive = state.version >= 104 || loss === "exponential";
  const predict = (x: Matrix): Nd => {
    const scores = raw(x);
    if (scores.cols > 1) return take(classes, argmaxRows(scores));
    if (!zeroIsPositive) return labelsFromScores(classes, scores);
    return take(
      classes,
      Int32Array.from(scores.data, (s) => (s >= 0 ? 1 : 0)),
    );
  };
  return {
    predict,
    predict_proba: proba,
    predict_log_proba: (x) => logOf(proba(x)),
    decision_function: (x) => ravelSingle(raw(x)),
  };
}
