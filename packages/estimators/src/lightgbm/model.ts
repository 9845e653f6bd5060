import type { ByteSource } from "@modelkeep/bytes";
import { checkColumns, rawNumbers } from "../core/booster-input.ts";
import type { Features } from "../core/check.ts";
import type { Evaluator } from "../core/evaluator.ts";
import { argmaxRows, take } from "../core/labels.ts";
import { bothSides } from "../core/special.ts";
import { type Dense, denseOf, densify, type Matrix, type Nd, vector } from "../core/matrix.ts";
import { EstimatorError, unsupported } from "../error.ts";
import { predictions } from "./predict.ts";
import { type Booster, readBooster } from "./read.ts";

/** A bare Booster's class. */
export const BOOSTER = "lightgbm.basic.Booster";

export interface Options {
  readonly className: string;
  /** Iterations that count, where training stopped early; a model file holds no more than those. */
  readonly iterations?: number | undefined;
  /** A classifier's labels. */
  readonly classes?: Nd;
}

const MAX_TEXT = 256 * 2 ** 20;

/** The text of a model file. @throws {EstimatorError} `malformed` when it is no UTF-8, `unsupported` when it is too large */
export function lightgbmText(source: ByteSource): string {
  if (source.size > MAX_TEXT) throw unsupported(`the LightGBM model is larger than ${MAX_TEXT} bytes`);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(source.view(0, source.size));
  } catch (error) {
    throw new EstimatorError("malformed", "the LightGBM model is no UTF-8 text", { cause: error });
  }
}

/**
 * A LightGBM model as an evaluator: with `classes` it answers as `LGBMClassifier`, else as `Booster.predict`.
 * @param text what `save_model` writes
 * @throws {EstimatorError} `unsupported` or `malformed`
 */
export function lightgbmEvaluator(text: string, options: Options): Evaluator {
  const { className, iterations, classes } = options;
  const booster = readBooster(text);
  // LightGBM takes columns by position: names are not compared.
  const features: Features = { className, count: booster.features };
  const scores = (x: Matrix): Float64Array => predictions(booster, inputOf(x, features), iterations);
  if (classes === undefined) {
    const predict = (x: Matrix): Matrix | Nd => shaped(booster, scores(x));
    return { className, features, methods: { predict } };
  }
  const proba = probabilities(booster, classes, scores, className);
  return {
    className,
    features,
    classes,
    methods: { predict: (x) => take(classes, argmaxRows(proba(x))), predict_proba: proba },
  };
}

function shaped({ groups }: Booster, data: Float64Array): Matrix | Nd {
  return groups === 1 ? vector(data) : denseOf(data, data.length / groups, groups);
}

function probabilities(
  { groups, objective }: Booster,
  classes: Nd,
  scores: (x: Matrix) => Float64Array,
  className: string,
): (x: Matrix) => Dense {
  const count = classes.data.length;
  const binary = objective.name === "binary" && groups === 1 && count === 2;
  if (!binary && !(objective.name.startsWith("multiclass") && groups === count && count > 2))
    throw unsupported(
      `${className} of ${count} classes with objective ${objective.name} is not evaluated natively`,
    );
  return (x) => {
    const p = scores(x);
    return binary ? bothSides(p) : denseOf(p, p.length / groups, groups);
  };
}

/** `kZeroThreshold`, a float32: what is nearer to 0 never reaches a tree, and counts as 0. */
const ZERO = Math.fround(1e-35);

function inputOf(x: Matrix, features: Features): Float64Array {
  return numbersOf(x, features).map((v) => (v >= -ZERO && v <= ZERO ? 0 : v));
}

/** float64 or float32 as given; whole numbers of an array pass through float32, as LightGBM's Python package sends them. */
function numbersOf(x: Matrix, features: Features): Float64Array {
  checkColumns(x, features);
  if (x.kind === "sparse") return Float64Array.from(densify(x).data);
  const data = rawNumbers(x, features.className);
  const single = x.kind === "dense" && x.dtype !== "float64" && x.dtype !== "float32";
  if (single) return Float64Array.from(data, Math.fround);
  return data instanceof Float64Array ? data : Float64Array.from(data);
}
