import { denseOf } from "../core/matrix.ts";
import { expit, mapInPlace, softmaxRows } from "../core/special.ts";
import { malformed, unsupported } from "../error.ts";

/** Scores to predictions, in place (LightGBM src/objective, `ConvertOutput`). */
export interface Objective {
  readonly name: string;
  readonly convert: (scores: Float64Array, groups: number) => void;
}

const IDENTITY = new Set([
  "",
  "custom",
  "regression",
  "regression_l1",
  "huber",
  "fair",
  "quantile",
  "mape",
  "lambdarank",
  "rank_xendcg",
]);
const EXP = new Set(["poisson", "gamma", "tweedie"]);

/**
 * @param text the header's `objective`: a name and options, as `binary sigmoid:1`; empty for an objective of one's own
 * @throws {EstimatorError} `unsupported` for another name or option
 */
export function objectiveOf(text: string, groups: number): Objective {
  const [name = "", ...options] = text.trim().split(" ");
  const known = new Map(options.map((option) => splitOption(option)));
  const convert = conversion(name, known, groups);
  if (convert === undefined)
    throw unsupported(`LightGBM's objective ${JSON.stringify(text.slice(0, 80))} is not evaluated natively`);
  return { name, convert };
}

function splitOption(option: string): [string, string] {
  const at = option.indexOf(":");
  return at < 0 ? [option, ""] : [option.slice(0, at), option.slice(at + 1)];
}

function conversion(
  name: string,
  options: ReadonlyMap<string, string>,
  groups: number,
): Objective["convert"] | undefined {
  if (IDENTITY.has(name))
    return options.has("sqrt") ? (s) => mapInPlace(s, (v) => Math.sign(v) * v * v) : () => {};
  if (EXP.has(name)) return (s) => mapInPlace(s, Math.exp);
  switch (name) {
    case "binary":
    case "multiclassova": {
      const steepness = sigmoidOf(options);
      return (s) => mapInPlace(s, (v) => expit(steepness * v));
    }
    case "multiclass":
      if (groups < 2) throw malformed("the LightGBM model is multiclass with one tree an iteration");
      return (s, k) => void softmaxRows(denseOf(s, s.length / k, k));
    case "xentropy":
    case "cross_entropy":
      return (s) => mapInPlace(s, expit);
    case "xentlambda":
    case "cross_entropy_lambda":
      return (s) => mapInPlace(s, (v) => Math.log1p(Math.exp(v)));
    default:
      return undefined;
  }
}

function sigmoidOf(options: ReadonlyMap<string, string>): number {
  const steepness = Number(options.get("sigmoid") ?? "");
  if (!(steepness > 0)) throw malformed("the LightGBM model's objective has no positive sigmoid");
  return steepness;
}
