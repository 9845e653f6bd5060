// Made by tools/estimators/make-registry.mjs from the files of src/sklearn; do not edit.
import type { Entry } from "./core/evaluator.ts";
import { entry as adaBoost } from "./sklearn/ada-boost.ts";
import { entry as bagging } from "./sklearn/bagging.ts";
import { entry as binarizer } from "./sklearn/binarizer.ts";
import { entry as calibrated } from "./sklearn/calibrated.ts";
import { entry as columnTransformer } from "./sklearn/column-transformer.ts";
import { entry as decisionTrees } from "./sklearn/decision-trees.ts";
import { entry as dummy } from "./sklearn/dummy.ts";
import { entry as featureUnion } from "./sklearn/feature-union.ts";
import { entry as forests } from "./sklearn/forests.ts";
import { entry as functionTransformer } from "./sklearn/function-transformer.ts";
import { entry as generalizedLinear } from "./sklearn/generalized-linear.ts";
import { entry as gradientBoosting } from "./sklearn/gradient-boosting.ts";
import { entry as histGradientBoosting } from "./sklearn/hist-gradient-boosting.ts";
import { entry as isotonic } from "./sklearn/isotonic.ts";
import { entry as linearClassifiers } from "./sklearn/linear-classifiers.ts";
import { entry as linearRegressors } from "./sklearn/linear-regressors.ts";
import { entry as missingIndicator } from "./sklearn/missing-indicator.ts";
import { entry as normalizer } from "./sklearn/normalizer.ts";
import { entry as oneHotEncoder } from "./sklearn/one-hot-encoder.ts";
import { entry as ordinalEncoder } from "./sklearn/ordinal-encoder.ts";
import { entry as pipeline } from "./sklearn/pipeline.ts";
import { entry as polynomialFeatures } from "./sklearn/polynomial-features.ts";
import { entry as projections } from "./sklearn/projections.ts";
import { entry as scalers } from "./sklearn/scalers.ts";
import { entry as search } from "./sklearn/search.ts";
import { entry as simpleImputer } from "./sklearn/simple-imputer.ts";
import { entry as voting } from "./sklearn/voting.ts";

const ENTRIES: readonly Entry[] = [
  adaBoost,
  bagging,
  binarizer,
  calibrated,
  columnTransformer,
  decisionTrees,
  dummy,
  featureUnion,
  forests,
  functionTransformer,
  generalizedLinear,
  gradientBoosting,
  histGradientBoosting,
  isotonic,
  linearClassifiers,
  linearRegressors,
  missingIndicator,
  normalizer,
  oneHotEncoder,
  ordinalEncoder,
  pipeline,
  polynomialFeatures,
  projections,
  scalers,
  search,
  simpleImputer,
  voting,
];

/** Every class that is evaluated natively, by its full name. */
export const REGISTRY: ReadonlyMap<string, Entry> = new Map(
  ENTRIES.flatMap((entry) => entry.classes.map((name): [string, Entry] => [name, entry])),
);
