import type { ByteSource } from "@modelkeep/bytes";
import { checkColumns, rawNumbers } from "../core/booster-input.ts";
import type { Features } from "../core/check.ts";
import type { Evaluator } from "../core/evaluator.ts";
import { argmaxRows, labelsOf, take } from "../core/labels.ts";
import { type Dense, denseOf, type Matrix, type Nd, vector } from "../core/matrix.ts";
import { bothSides, expit, softmaxRows } from "../core/special.ts";
import { malformed, unsupported } from "../error.ts";
import { readCbm } from "./read-cbm.ts";
import { readCatboostJson } from "./read-json.ts";
import { type CatboostModel, rawValues } from "./trees.ts";

/** MLmodel's `model_type` of the flavor catboost, as full names. */
export const CATBOOST_CLASSES: readonly string[] = [
  "catboost.core.CatBoost",
  "catboost.core.CatBoostClassifier",
  "catboost.core.CatBoostRegressor",
  "catboost.core.CatBoostRanker",
];

/** Losses whose raw values are what a regressor answers, and those of which it answers the exponent. */
const RAW = new Set("RMSE MAE Quantile MAPE Huber Expectile LogCosh Lq LogLinQuantile MultiRMSE".split(" "));
const EXPONENT = new Set("Poisson Tweedie".split(" "));

/**
 * A CatBoost model of numeric features as an evaluator (catboost/python-package/catboost/core.py `predict`).
 * @param source what `save_model` writes as `cbm` or `json`
 * @throws {EstimatorError} `unsupported` or `malformed`
 */
export function catboostEvaluator(source: ByteSource, className: string): Evaluator {
  const isJsonText = source.size > 0 && source.view(0, 1)[0] === 0x7b;
  const model = isJsonText ? readCatboostJson(source) : readCbm(source);
  const features = featuresOf(model, className);
  const raw = (x: Matrix): Dense => {
    checkColumns(x, features);
    if (x.kind === "sparse") throw unsupported(`${className} takes no sparse matrix natively`);
    const data = Float32Array.from(rawNumbers(x, className));
    return denseOf(rawValues(model, data, features.count), data.length / features.count, model.dimension);
  };
  switch (className) {
    case "catboost.core.CatBoostClassifier":
      return classifier(model, features, raw);
    case "catboost.core.CatBoostRegressor":
      return regressor(model, features, raw);
    case "catboost.core.CatBoost":
      return { className, features, methods: { predict: (x) => shaped(raw(x)) } };
    default:
      throw unsupported(`${className} is not evaluated natively`);
  }
}

function featuresOf(model: CatboostModel, className: string): Features & { readonly count: number } {
  const columns = new Set(model.features.map(({ column }) => column));
  const count = columns.size;
  if (count === 0 || count !== model.features.length || ![...columns].every((column) => column < count))
    throw malformed("the columns of the CatBoost model are not counted from 0");
  const names = model.features.toSorted((a, b) => a.column - b.column).map(({ name }) => name);
  // Names that are the columns' own numbers were made up when it was trained on an array.
  const real = names.every((name, column): name is string => name !== undefined && name !== String(column));
  return { className, count, ...(real ? { names } : {}) };
}

function shaped(x: Dense): Matrix | Nd {
  return x.cols === 1 ? vector(x.data) : x;
}

function regressor(model: CatboostModel, features: Features, raw: (x: Matrix) => Dense): Evaluator {
  const { loss } = model;
  const { className } = features;
  if (EXPONENT.has(loss)) {
    const predict = (x: Matrix): Matrix | Nd => {
      const values = raw(x);
      return shaped({ ...values, data: values.data.map(Math.exp) });
    };
    return { className, features, methods: { predict } };
  }
  if (!RAW.has(loss)) throw unsupported(`${className} with loss ${loss} is not evaluated natively`);
  return { className, features, methods: { predict: (x) => shaped(raw(x)) } };
}

function classifier(model: CatboostModel, features: Features, raw: (x: Matrix) => Dense): Evaluator {
  const { className } = features;
  const classes = classLabels(model, className);
  const count = classes.data.length;
  const { loss, dimension } = model;
  const proba = probabilitiesOf(loss, dimension, count, className);
  const predict_proba = (x: Matrix): Dense => proba(raw(x));
  if (dimension === 1) {
    // `raw > logit(threshold)`; the default of 0.5 is 0.
    const border = model.threshold === undefined ? 0 : Math.log(model.threshold / (1 - model.threshold));
    const predict = (x: Matrix): Nd =>
      take(
        classes,
        Int32Array.from(raw(x).data, (value) => (value > border ? 1 : 0)),
      );
    return { className, features, classes, methods: { predict, predict_proba } };
  }
  const predict = (x: Matrix): Nd => {
    const labels = take(classes, argmaxRows(raw(x)));
    // Several classes are answered as a column, two are not.
    return { ...labels, shape: [labels.data.length, 1] };
  };
  return { className, features, classes, methods: { predict, predict_proba } };
}

function probabilitiesOf(
  loss: string,
  dimension: number,
  count: number,
  className: string,
): (raw: Dense) => Dense {
  if ((loss === "Logloss" || loss === "CrossEntropy") && dimension === 1 && count === 2)
    return ({ data }) => bothSides(data.map(expit));
  if (loss === "MultiClass" && dimension === count) return softmaxRows;
  if (loss === "MultiClassOneVsAll" && dimension === count)
    return (raw) => ({ ...raw, data: raw.data.map(expit) });
  throw unsupported(`${className} with loss ${loss} of ${count} classes is not evaluated natively`);
}

function classLabels({ labels }: CatboostModel, className: string): Nd {
  const names = labels?.names ?? [];
  switch (labels?.kind ?? "unknown") {
    case "Integer":
      if (names.every((name) => Number.isSafeInteger(name))) return labelsOf(names as number[], "int64");
      break;
    case "Float":
      if (names.every((name) => typeof name === "number")) return labelsOf(names, "float64");
      break;
    case "Boolean":
      if (names.every((name) => typeof name === "boolean")) return labelsOf(names, "bool");
      break;
    case "String":
      if (names.every((name) => typeof name === "string")) return labelsOf(names, "object");
      break;
    default:
      throw unsupported(
        `${className} with labels of type ${labels?.kind ?? "unknown"} is not evaluated natively`,
      );
  }
  throw malformed("the CatBoost model's labels are not of their type");
}
