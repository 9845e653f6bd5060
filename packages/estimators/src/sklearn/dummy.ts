import { type Entry, type Evaluator, featuresOf } from "../core/evaluator.ts";
import { readClasses } from "../core/labels.ts";
import { denseOf, type Dense, type Matrix, type Nd } from "../core/matrix.ts";
import { regression } from "../core/tree-outputs.ts";
import { probabilityMethods } from "../core/classifier.ts";
import { logOf } from "../core/special.ts";
import { keyOf } from "../core/categories.ts";
import { readScalar } from "../read/array.ts";
import type { State } from "../read/state.ts";

/** Constant predictions (sklearn.dummy). Random strategies are refused: they have no one right answer. */
export const entry: Entry = {
  classes: ["sklearn.dummy.DummyClassifier", "sklearn.dummy.DummyRegressor"],
  build(state: State): Evaluator {
    // Dummies never look at X, so nothing of it is checked.
    const features = { className: featuresOf(state).className };
    if (state.shortName === "DummyRegressor") {
      const { data } = state.array("constant_");
      const predict = (x: Matrix): Nd => regression(repeat(data, x.rows), data.length);
      return { className: state.className, features, methods: { predict } };
    }
    if (state.int("n_outputs_", 1, 2 ** 31) !== 1) throw state.unsupported("n_outputs_", "is more than 1");
    const classes = readClasses(state);
    const row = constantRow(state, classes);
    const proba = (x: Matrix): Dense => denseOf(repeat(row, x.rows), x.rows, row.length);
    const methods = probabilityMethods(classes, proba);
    return {
      className: state.className,
      features,
      classes,
      methods: { ...methods, predict_log_proba: (x) => logOf(proba(x)) },
    };
  },
};

function constantRow(state: State, classes: Nd): Float64Array {
  const prior = state.vector("class_prior_", classes.data.length);
  const strategy = state.text("_strategy") ?? state.string("strategy");
  switch (strategy) {
    case "prior":
      return prior;
    case "most_frequent":
      return oneHot(prior.indexOf(Math.max(...prior)), prior.length);
    case "constant": {
      const key = keyOf(readScalar(state.value("constant"), state.where("constant")) ?? null);
      const at = Array.from(classes.data, keyOf).indexOf(key);
      if (at < 0) throw state.malformed("constant", "is not among classes_");
      return oneHot(at, prior.length);
    }
    default:
      throw state.unsupported("strategy", `${JSON.stringify(strategy)} draws at random`);
  }
}

function oneHot(at: number, length: number): Float64Array {
  const row = new Float64Array(length);
  row[at] = 1;
  return row;
}

function repeat(row: Float64Array, times: number): Float64Array {
  const out = new Float64Array(row.length * times);
  for (let i = 0; i < times; i++) out.set(row, i * row.length);
  return out;
}
