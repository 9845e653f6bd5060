import type { ByteSource } from "@modelkeep/bytes";
import { BytesError } from "@modelkeep/bytes";
import type { Features } from "../core/check.ts";
import { boosterInput } from "../core/booster-input.ts";
import { bothSides } from "../core/special.ts";
import type { Evaluator, Methods } from "../core/evaluator.ts";
import { argmaxRows, labelsOf, take } from "../core/labels.ts";
import { type Dense, denseOf, type Matrix, type Nd, vector } from "../core/matrix.ts";
import { badInput, malformed, unsupported } from "../error.ts";
import { readDocument } from "./document.ts";
import { transformed } from "./objective.ts";
import { margins } from "./predict.ts";
import { type Booster, readBooster } from "./read.ts";

const SKLEARN = "xgboost.sklearn.";
/** Classes of XGBoost that are evaluated natively, by their full names. */
export const XGBOOST_CLASSES = [
  "XGBClassifier",
  "XGBRegressor",
  "XGBRanker",
  "XGBRFClassifier",
  "XGBRFRegressor",
].map((name) => `${SKLEARN}${name}`);

/**
 * An XGBoost model (JSON or UBJSON, also the serialised form inside a pickle) as an evaluator.
 * @param className `xgboost.core.Booster`, or one of `XGBOOST_CLASSES`, which answer as their `predict` does
 * @throws {EstimatorError} `unsupported` or `malformed`
 */
export function xgboostEvaluator(source: ByteSource, className: string): Evaluator {
  const booster = read(source);
  const names = booster.names === undefined ? {} : { names: booster.names };
  const features: Features = { className, count: booster.features, ...names };
  if (className === "xgboost.core.Booster") {
    const predict = (x: Matrix): Matrix | Nd => {
      if (booster.names !== undefined && x.kind !== "table")
        throw badInput("the Booster was trained on named columns: pass a frame with the same ones");
      return answer(booster, predictions(booster, features, x, undefined));
    };
    return { className, features, methods: { predict } };
  }
  if (!XGBOOST_CLASSES.includes(className)) throw unsupported(`${className} is not evaluated natively`);
  // The wrappers stop at the best iteration; a bare Booster does not.
  const iterations = booster.bestIteration === undefined ? undefined : booster.bestIteration + 1;
  const scores = (x: Matrix): Float32Array => predictions(booster, features, x, iterations);
  if (className.endsWith("Classifier")) return classifier(booster, features, scores);
  return { className, features, methods: { predict: (x) => answer(booster, scores(x)) } };
}

function read(source: ByteSource): Booster {
  try {
    return readBooster(readDocument(source));
  } catch (error) {
    if (error instanceof BytesError && error.code !== "io")
      throw malformed(`the XGBoost model ends too early: ${error.message}`);
    throw error;
  }
}

function predictions(
  booster: Booster,
  features: Features,
  x: Matrix,
  iterations: number | undefined,
): Float32Array {
  const data = boosterInput(x, features);
  return transformed(booster.objective, margins(booster, data, iterations), booster.groups);
}

function answer(booster: Booster, data: Float32Array): Matrix | Nd {
  if (booster.groups === 1 || booster.objective.transform === "argmax") return vector(data);
  return denseOf(data, data.length / booster.groups, booster.groups);
}

/** Labels are 0 … n-1: since 1.6 the wrapper takes no others. */
function classifier(booster: Booster, features: Features, scores: (x: Matrix) => Float32Array): Evaluator {
  const { objective, groups } = booster;
  const binary = objective.name === "binary:logistic" && groups === 1;
  if (!binary && objective.transform !== "softmax")
    throw unsupported(
      `${features.className} with objective ${objective.name} and ${groups} groups is not evaluated natively`,
    );
  const count = binary ? 2 : groups;
  const classes = labelsOf(
    Array.from({ length: count }, (_, k) => k),
    "int64",
  );
  const proba = (x: Matrix): Dense => {
    const p = scores(x);
    return binary ? bothSides(p) : denseOf(p, p.length / groups, groups);
  };
  const predict = (x: Matrix): Nd =>
    binary
      ? take(
          classes,
          Int32Array.from(scores(x), (p) => (p > 0.5 ? 1 : 0)),
        )
      : take(classes, argmaxRows(proba(x)));
  const methods: Methods = { predict, predict_proba: proba };
  return { className: features.className, features, classes, methods };
}
