import { checkFeatures } from "../core/check.ts";
import { keepType, selectColumns } from "../core/columns.ts";
import { type Entry, type Evaluator, featureCount, featuresOf, type Nested } from "../core/evaluator.ts";
import type { Matrix } from "../core/matrix.ts";
import { transformer } from "../core/transformer.ts";
import type { State } from "../read/state.ts";
import { delegate } from "./wrappers.ts";

const UNIVARIATE = "sklearn.feature_selection._univariate_selection";

/** Selectors of columns by what they computed at fit (sklearn.feature_selection). */
export const entry: Entry = {
  classes: [
    `${UNIVARIATE}.SelectKBest`,
    `${UNIVARIATE}.SelectPercentile`,
    `${UNIVARIATE}.SelectFpr`,
    `${UNIVARIATE}.SelectFdr`,
    `${UNIVARIATE}.SelectFwe`,
    `${UNIVARIATE}.GenericUnivariateSelect`,
    "sklearn.feature_selection._variance_threshold.VarianceThreshold",
    "sklearn.feature_selection._rfe.RFE",
    "sklearn.feature_selection._rfe.RFECV",
    "sklearn.feature_selection._sequential.SequentialFeatureSelector",
  ],
  build(state: State, nested: Nested): Evaluator {
    const count = featureCount(state);
    const features = { ...featuresOf(state), count };
    const mask = supportMask(state, count);
    const kept = mask.flatMap((keep, col) => (keep ? [col] : []));
    // The recursive selectors ask their estimator whether missing values may pass; refusing them is the safe answer.
    const nan = state.shortName === "VarianceThreshold";
    const select = (x: Matrix): Matrix => {
      checkFeatures(x, features);
      return selectColumns(keepType(x, features.className, { nan }), kept);
    };
    return withEstimator(state, nested, transformer(state, features, select), select);
  },
};

/** Recursive selectors also answer what their last estimator answers on the columns that are left. */
function withEstimator(
  state: State,
  nested: Nested,
  selector: Evaluator,
  select: (x: Matrix) => Matrix,
): Evaluator {
  if (!state.shortName.startsWith("RFE")) return selector;
  const inner = nested.load(state.value("estimator_"), state.where("estimator_"));
  const names = ["predict", "predict_proba", "predict_log_proba", "decision_function"] as const;
  return {
    ...selector,
    ...(inner.classes === undefined ? {} : { classes: inner.classes }),
    methods: { ...selector.methods, ...delegate(inner, names, select) },
  };
}

function supportMask(state: State, count: number): boolean[] {
  switch (state.shortName) {
    case "VarianceThreshold": {
      const threshold = state.number("threshold");
      return Array.from(state.vector("variances_", count), (v) => v > threshold);
    }
    case "RFE":
    case "RFECV":
    case "SequentialFeatureSelector":
      return Array.from(state.vector("support_", count), (v) => v !== 0);
    case "GenericUnivariateSelect":
      return univariate(
        state,
        state.oneOf("mode", ["percentile", "k_best", "fpr", "fdr", "fwe"]),
        "param",
        count,
      );
    case "SelectKBest":
      return univariate(state, "k_best", "k", count);
    case "SelectPercentile":
      return univariate(state, "percentile", "percentile", count);
    case "SelectFpr":
      return univariate(state, "fpr", "alpha", count);
    case "SelectFdr":
      return univariate(state, "fdr", "alpha", count);
    default:
      return univariate(state, "fwe", "alpha", count);
  }
}

type Mode = "percentile" | "k_best" | "fpr" | "fdr" | "fwe";

function univariate(state: State, mode: Mode, parameter: string, count: number): boolean[] {
  if (mode === "k_best") return bestK(state, parameter, count);
  if (mode === "percentile") return percentile(scoresOf(state, count), state.number(parameter));
  const p = state.vector("pvalues_", count);
  const alpha = state.number(parameter);
  if (mode === "fpr") return Array.from(p, (v) => v < alpha);
  if (mode === "fwe") return Array.from(p, (v) => v < alpha / count);
  const selected = Array.from(p)
    .sort((a, b) => a - b)
    .filter((v, i) => v <= (alpha / count) * (i + 1));
  const limit = selected.length === 0 ? Number.NaN : Math.max(...selected);
  return Array.from(p, (v) => v <= limit);
}

/** `_clean_nans`: a score that is no number is the lowest. */
function scoresOf(state: State, count: number): number[] {
  return Array.from(state.vector("scores_", count), (v) => (Number.isNaN(v) ? -Number.MAX_VALUE : v));
}

function bestK(state: State, parameter: string, count: number): boolean[] {
  if (state.text(parameter) === "all") return Array.from({ length: count }, () => true);
  const k = state.int(parameter, 0, 2 ** 31);
  const scores = scoresOf(state, count);
  const order = scores.map((_, i) => i).sort((a, b) => scores[a]! - scores[b]! || a - b);
  const chosen = new Set(order.slice(Math.max(0, count - k)));
  return scores.map((_, i) => chosen.has(i));
}

function percentile(scores: readonly number[], percent: number): boolean[] {
  if (percent === 100) return scores.map(() => true);
  if (percent === 0) return scores.map(() => false);
  const threshold = quantile(scores, (100 - percent) / 100);
  const mask = scores.map((score) => score > threshold);
  let room = Math.trunc((scores.length * percent) / 100) - mask.filter(Boolean).length;
  return mask.map((keep, i) => keep || (scores[i] === threshold && room-- > 0));
}

/** `numpy.quantile` with linear interpolation, evaluated as NumPy's `_lerp` does. */
function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = q * (sorted.length - 1);
  const low = Math.floor(at);
  const a = sorted[low]!;
  const b = sorted[Math.min(low + 1, sorted.length - 1)]!;
  const t = at - low;
  return t >= 0.5 ? b - (b - a) * (1 - t) : a + (b - a) * t;
}
