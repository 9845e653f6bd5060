import { asObjectTable, stackDense, stackSparse } from "../core/columns.ts";
import {
  asDense,
  asNd,
  type Entry,
  type Evaluator,
  method,
  type Methods,
  type Nested,
} from "../core/evaluator.ts";
import { readClasses, take } from "../core/labels.ts";
import { type Dense, denseOf, type Matrix, type Nd, type Result, type Table } from "../core/matrix.ts";
import { isNumeric } from "../core/dtype.ts";
import { isMethod } from "../data.ts";
import { badInput } from "../error.ts";
import { innerState, type State } from "../read/state.ts";

/** A final estimator on the answers of several (sklearn.ensemble._stacking). */
export const entry: Entry = {
  classes: ["sklearn.ensemble._stacking.StackingClassifier", "sklearn.ensemble._stacking.StackingRegressor"],
  build(state: State, nested: Nested): Evaluator {
    const final = nested.load(state.value("final_estimator_"), state.where("final_estimator_"));
    const classes = state.shortName === "StackingClassifier" ? readOwnClasses(state) : undefined;
    const blocks = readBlocks(state, nested, classes?.data.length === 2);
    const through = state.bool("passthrough");
    const [first] = blocks;
    if (first === undefined) throw state.malformed("estimators_", "is empty");
    const features = first.estimator.features;
    const meta = (x: Matrix): Matrix => {
      const answers: Matrix[] = blocks.map((block) => block.run(x));
      if (!through) return stackDense(answers, x.rows);
      if (x.kind === "sparse") return stackSparse([...answers, x], x.rows, state.shortName);
      if (x.kind === "series") throw badInput("Expected 2D array, got 1D array instead");
      // Objects beside numbers stay objects.
      const objects = x.kind === "table" && x.columns.some((column) => !column.numeric);
      return stackDense([...answers, objects ? asObjectTable(x) : withoutNames(x)], x.rows);
    };
    const base = { className: state.className, features };
    if (classes === undefined)
      return { ...base, methods: { predict: (x) => method(final, "predict")(meta(x)), transform: meta } };
    return { ...base, classes, methods: classifierMethods(final, classes, meta) };
  },
};

/** The final estimator was fitted on encoded labels until it is decoded here. */
function classifierMethods(final: Evaluator, classes: Nd, meta: (x: Matrix) => Matrix): Methods {
  const { predict_proba: proba, decision_function: decide } = final.methods;
  const predict = (x: Matrix): Nd => {
    const { data } = asNd(method(final, "predict")(meta(x)), final.className);
    return take(
      classes,
      Int32Array.from(data, (label) => Number(label)),
    );
  };
  return {
    predict,
    transform: meta,
    ...(proba === undefined ? {} : { predict_proba: (x: Matrix): Result => proba(meta(x)) }),
    ...(decide === undefined ? {} : { decision_function: (x: Matrix): Result => decide(meta(x)) }),
  };
}

function readOwnClasses(state: State): Nd {
  const name = state.has("_label_encoder") ? "_label_encoder" : "_le";
  const encoder = innerState(state.value(name), state.where(name), state.version);
  if (encoder?.className !== "sklearn.preprocessing._label.LabelEncoder")
    throw state.unsupported(name, "is no single LabelEncoder");
  return readClasses(encoder);
}

interface Block {
  readonly estimator: Evaluator;
  readonly run: (x: Matrix) => Dense;
}

function readBlocks(state: State, nested: Nested, binary: boolean): Block[] {
  const names = state.cells("stack_method_").data.filter((name) => name !== null && name !== "drop");
  const members = state
    .items("estimators_")
    .map((value, i) => nested.load(value, `${state.where("estimators_")}[${i}]`));
  if (names.length !== members.length)
    throw state.malformed("stack_method_", `has ${names.length} methods for ${members.length} estimators`);
  return members.map((estimator, i) => {
    const name = names[i];
    if (typeof name !== "string" || !isMethod(name))
      throw state.malformed("stack_method_", "names no method");
    const call = method(estimator, name);
    const run = (x: Matrix): Dense => {
      const result = call(x);
      const dense = asDense(result, estimator.className);
      // Labels that were encoded are whole numbers, and stay so.
      const whole =
        "kind" in result && result.kind === "nd" && isNumeric(result.dtype) ? result.dtype : dense.dtype;
      const answer = { ...dense, dtype: whole };
      return binary && name === "predict_proba" ? lastColumn(answer) : answer;
    };
    return { estimator, run };
  });
}

function withoutNames(x: Dense | Table): Matrix {
  const { names: _names, ...rest } = x;
  return rest;
}

/** Of two columns that sum to 1 the first says nothing new. */
function lastColumn(x: Dense): Dense {
  const data = Float64Array.from({ length: x.rows }, (_, row) => x.data[row * x.cols + x.cols - 1]!);
  return denseOf(data, x.rows, 1);
}
