import { checkFeatures } from "../core/check.ts";
import { labelsFromScores, ravelSingle } from "../core/classifier.ts";
import { type Entry, type Evaluator, type Methods, featuresOf } from "../core/evaluator.ts";
import { readClasses } from "../core/labels.ts";
import { checkedAffine } from "../core/linear.ts";
import { type Dense, denseOf, type Floats, type Matrix, type Nd } from "../core/matrix.ts";
import {
  bothExpit,
  bothSides,
  expitInPlace,
  logOf,
  mapInPlace,
  normalizeRows,
  softmaxRows,
} from "../core/special.ts";
import { readAffine } from "../read/affine.ts";
import { asInstance, State } from "../read/state.ts";
import type { Version } from "../read/version.ts";

/** Classifiers by linear decision functions (sklearn.linear_model._base.LinearClassifierMixin). */
export const entry: Entry = {
  classes: [
    "sklearn.linear_model._logistic.LogisticRegression",
    "sklearn.linear_model._logistic.LogisticRegressionCV",
    "sklearn.linear_model._stochastic_gradient.SGDClassifier",
    "sklearn.linear_model._perceptron.Perceptron",
    "sklearn.linear_model._passive_aggressive.PassiveAggressiveClassifier",
    "sklearn.linear_model._ridge.RidgeClassifier",
    "sklearn.linear_model._ridge.RidgeClassifierCV",
    "sklearn.svm._classes.LinearSVC",
  ],
  build(state: State): Evaluator {
    const f = readAffine(state);
    const features = { ...featuresOf(state), count: f.inputs };
    const classes = state.className.startsWith("sklearn.linear_model._ridge.")
      ? ridgeClasses(state)
      : readClasses(state);
    checkOutputs(state, classes, f.outputs);
    const scores = (x: Matrix): Dense => {
      checkFeatures(x, features);
      return checkedAffine(x, f, features.className);
    };
    const toProba = probabilityOf(state, classes);
    return {
      className: state.className,
      features,
      classes,
      methods: methodsOf(classes, scores, toProba),
    };
  },
};

type ToProba = (scores: Dense) => Dense;

function methodsOf(classes: Nd, scores: (x: Matrix) => Dense, toProba: ToProba | undefined): Methods {
  const base: Methods = {
    predict: (x) => labelsFromScores(classes, scores(x)),
    decision_function: (x) => ravelSingle(scores(x)),
  };
  if (toProba === undefined) return base;
  const proba = (x: Matrix): Dense => toProba(scores(x));
  return { ...base, predict_proba: proba, predict_log_proba: (x) => logOf(proba(x)) };
}

function checkOutputs(state: State, classes: Nd, outputs: number): void {
  const count = classes.data.length;
  const expected = count === 2 ? 1 : count;
  if (outputs !== expected || count < 2) {
    throw state.malformed("coef_", `has ${outputs} rows for ${count} classes`);
  }
}

/** `RidgeClassifier.classes_` is its label binariser's. */
function ridgeClasses(state: State): Nd {
  const binarizer = asInstance(state.value("_label_binarizer"), state.where("_label_binarizer"));
  if (binarizer?.className !== "sklearn.preprocessing._label.LabelBinarizer") {
    throw state.malformed("_label_binarizer", "is no LabelBinarizer");
  }
  const inner = new State(binarizer.className, state.version, binarizer.attributes);
  const type = inner.string("y_type_");
  if (type !== "binary" && type !== "multiclass")
    throw state.unsupported("_label_binarizer", `was fitted on ${type} targets`);
  return readClasses(inner);
}

/** How scores become probabilities, or undefined for a class or loss that has none. */
function probabilityOf(state: State, classes: Nd): ToProba | undefined {
  const oneVsRest: ToProba = (scores) => ovrProba(scores, state.version);
  switch (state.shortName) {
    case "LogisticRegression":
    case "LogisticRegressionCV":
      return isOneVsRest(state, classes.data.length) ? oneVsRest : multinomialProba;
    case "SGDClassifier": {
      const loss = state.string("loss");
      if (loss === "log_loss" || (loss === "log" && state.version < 103)) return oneVsRest;
      return loss === "modified_huber" ? huberProba : undefined;
    }
    default:
      return undefined;
  }
}

/** `multi_class` was a parameter until 1.7; since 1.8 only two classes are one-vs-rest. */
function isOneVsRest(state: State, classes: number): boolean {
  if (state.version >= 108) return classes <= 2;
  const multiClass = state.oneOf("multi_class", ["auto", "deprecated", "ovr", "warn", "multinomial"]);
  if (multiClass === "ovr" || multiClass === "warn") return true;
  return multiClass !== "multinomial" && (classes <= 2 || state.string("solver") === "liblinear");
}

function ovrProba(scores: Dense, version: Version): Dense {
  if (scores.cols === 1) return bothExpit(scores.data);
  expitInPlace(scores.data);
  // All probabilities 0: uniform since 1.8, 0/0 before.
  const fill = version >= 108 ? 1 / scores.cols : Number.NaN;
  return normalizeRows(scores, (row) => scores.data.fill(fill, row * scores.cols, (row + 1) * scores.cols));
}

function multinomialProba(scores: Dense): Dense {
  if (scores.cols > 1) return softmaxRows(scores);
  const both: Floats =
    scores.data instanceof Float32Array
      ? new Float32Array(scores.rows * 2)
      : new Float64Array(scores.rows * 2);
  scores.data.forEach((s, i) => {
    both[2 * i] = -s;
    both[2 * i + 1] = s;
  });
  return softmaxRows(denseOf(both, scores.rows, 2));
}

/** `SGDClassifier(loss="modified_huber")`: (clip(score, -1, 1) + 1) / 2, normalised over the classes. */
function huberProba(scores: Dense): Dense {
  mapInPlace(scores.data, (s) => (Math.min(1, Math.max(-1, s)) + 1) / 2);
  if (scores.cols === 1) return bothSides(scores.data);
  return normalizeRows(scores, (row) =>
    scores.data.fill(1 / scores.cols, row * scores.cols, (row + 1) * scores.cols),
  );
}
