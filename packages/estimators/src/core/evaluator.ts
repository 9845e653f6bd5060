import type { Value } from "@modelkeep/formats/value";
import type { Method } from "../data.ts";
import { malformed, unsupported } from "../error.ts";
import type { State } from "../read/state.ts";
import { checkNumeric } from "./check.ts";
import { type Dense, denseOf, type Matrix, type Nd, type Result } from "./matrix.ts";
import type { Features } from "./check.ts";

export type Methods = { readonly [M in Method]?: (x: Matrix) => Result };

/** One fitted estimator, ready to be called. */
export interface Evaluator {
  readonly className: string;
  readonly features: Features;
  /** `classes_`; one per output for multi-output classifiers. Absent for what is no classifier. */
  readonly classes?: Nd | readonly Nd[];
  readonly methods: Methods;
  /** `get_feature_names_out()`, where the class makes names of its own and they are known. */
  readonly outputNames?: readonly string[];
}

/** What a builder may ask while it reads a state. */
export interface Nested {
  /** Builds an estimator inside this one; the same object is built once. `where` names it in messages. */
  load(value: Value, where: string): Evaluator;
}

/** One evaluator's line in the table: the classes it reads, under their full names, and its builder. */
export interface Entry {
  readonly classes: readonly string[];
  build(state: State, nested: Nested): Evaluator;
}

/** `feature_names_in_` and `n_features_in_` of a state. */
export function featuresOf(state: State): Features {
  const count = state.given("n_features_in_") ? state.int("n_features_in_", 0, 2 ** 31) : undefined;
  const names = state.given("feature_names_in_") ? state.cells("feature_names_in_").data : undefined;
  if (names !== undefined && !names.every((name) => typeof name === "string")) {
    throw state.malformed("feature_names_in_", "holds something other than text");
  }
  if (names !== undefined && count !== undefined && names.length !== count) {
    throw state.malformed("feature_names_in_", `has ${names.length} names for ${count} features`);
  }
  return {
    className: state.shortName,
    ...(names === undefined ? {} : { names }),
    ...(count === undefined ? {} : { count }),
  };
}

/** Number of input columns, which every fitted estimator but a few records. */
export function featureCount(state: State): number {
  return state.int("n_features_in_", 1, 2 ** 31);
}

/** @throws {EstimatorError} `unsupported` when the estimator has no such method */
export function method(estimator: Evaluator, name: Method): (x: Matrix) => Result {
  const found = estimator.methods[name];
  if (found === undefined) throw unsupported(`${estimator.className} has no ${name}`);
  return found;
}

/** The class labels of a single-output classifier. */
export function singleClasses(estimator: Evaluator): Nd {
  const { classes } = estimator;
  if (classes === undefined || !("kind" in classes))
    throw malformed(`${estimator.className} has no single list of classes`);
  return classes;
}

/** A method's answer as a numeric matrix: a vector becomes one column. */
export function asDense(result: Result, what: string): Dense {
  if (!("kind" in result))
    throw unsupported(`${what} answers one array per output where one array is needed`);
  if (result.kind !== "nd") return checkNumeric(result, what, { infinite: true });
  if (!(result.data instanceof Float64Array || result.data instanceof Float32Array)) {
    throw unsupported(`${what} answers labels where numbers are needed`);
  }
  const rows = result.shape[0] ?? 1;
  const cols = result.shape.length === 1 ? 1 : result.shape.slice(1).reduce((a, b) => a * b, 1);
  return denseOf(result.data, rows, cols);
}

/** A method's answer as an n-dimensional array. */
export function asNd(result: Result, what: string): Nd {
  if (!("kind" in result))
    throw unsupported(`${what} answers one array per output where one array is needed`);
  if (result.kind === "nd") return result;
  const dense = asDense(result, what);
  return { kind: "nd", data: dense.data, shape: [dense.rows, dense.cols], dtype: dense.dtype };
}
