import { unsupported } from "../error.ts";
import type { Doc } from "./document.ts";

/** How a margin becomes a prediction, all in float32 (XGBoost src/objective). */
export interface Objective {
  readonly name: string;
  /** From `base_score` to a margin: `ProbToMargin`. */
  toMargin(score: number): number;
  /** In place. Answers the number of columns, or "label" where each row becomes the index of its greatest. */
  readonly transform: "identity" | "sigmoid" | "exp" | "step" | "softmax" | "argmax";
}

const SIGMOID = ["binary:logistic", "reg:logistic"];
const EXP = ["count:poisson", "reg:gamma", "reg:tweedie", "survival:cox", "survival:aft"];
const IDENTITY = [
  "reg:squarederror",
  "reg:linear",
  "reg:squaredlogerror",
  "reg:pseudohubererror",
  "reg:absoluteerror",
  "reg:quantileerror",
  "rank:pairwise",
  "rank:ndcg",
  "rank:map",
];

const TRANSFORMS: ReadonlyMap<string, Objective["transform"]> = new Map<string, Objective["transform"]>([
  ...SIGMOID.map((name) => [name, "sigmoid"] as const),
  ...EXP.map((name) => [name, "exp"] as const),
  ...IDENTITY.map((name) => [name, "identity"] as const),
  ["binary:logitraw", "identity"],
  ["binary:hinge", "step"],
  ["multi:softprob", "softmax"],
  ["multi:softmax", "argmax"],
]);

/** @throws {EstimatorError} `unsupported` for an objective of another name */
export function objectiveOf(doc: Doc, groups: number): Objective {
  const name = doc.at("name").text();
  const transform = TRANSFORMS.get(name);
  if (transform === undefined)
    throw unsupported(`XGBoost's objective ${JSON.stringify(name.slice(0, 80))} is not evaluated natively`);
  if ((transform === "softmax" || transform === "argmax") && groups < 2)
    throw unsupported(`XGBoost's objective ${name} with one class is not evaluated natively`);
  return { name, transform, toMargin: (score) => marginOf(transform, score) };
}

function marginOf(transform: Objective["transform"], score: number): number {
  if (transform === "sigmoid")
    return Math.fround(-Math.fround(Math.log(Math.fround(Math.fround(1 / score) - 1))));
  return transform === "exp" ? Math.fround(Math.log(score)) : score;
}

/** `PredTransform` of rows of `groups` margins. */
export function transformed(objective: Objective, margin: Float32Array, groups: number): Float32Array {
  switch (objective.transform) {
    case "identity":
      return margin;
    case "sigmoid":
      return margin.map(sigmoid);
    case "exp":
      return margin.map(Math.exp);
    case "step":
      return margin.map((m) => (m > 0 ? 1 : 0));
    case "softmax":
      return softmax(margin, groups);
    case "argmax":
    default:
      return argmax(margin, groups);
  }
}

const { fround } = Math;

/** `common::Sigmoid`: the exponent is kept from overflowing, the denominator from 0. */
function sigmoid(m: number): number {
  const e = fround(Math.exp(Math.min(-m, fround(88.7))));
  return fround(1 / fround(fround(e + 1) + fround(1e-16)));
}

function softmax(margin: Float32Array, groups: number): Float32Array {
  const out = new Float32Array(margin.length);
  for (let start = 0; start < margin.length; start += groups) {
    let max = -Infinity;
    for (let i = start; i < start + groups; i++) max = Math.max(max, margin[i]!);
    let sum = 0;
    for (let i = start; i < start + groups; i++) {
      out[i] = Math.exp(fround(margin[i]! - max));
      sum += out[i]!;
    }
    for (let i = start; i < start + groups; i++) out[i] = out[i]! / fround(sum);
  }
  return out;
}

function argmax(margin: Float32Array, groups: number): Float32Array {
  return Float32Array.from({ length: margin.length / groups }, (_, row) => {
    let best = row * groups;
    for (let i = best + 1; i < (row + 1) * groups; i++) if (margin[i]! > margin[best]!) best = i;
    return best - row * groups;
  });
}
