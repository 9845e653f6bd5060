// Made by tools/estimators/make-registry.mjs from the files of src/sklearn; do not edit.
import type { Entry } from "./core/evaluator.ts";
import { entry as adaBoost } from "./sklearn/ada-boost.ts";
import { entry as additiveChi2Sampler } from "./sklearn/additive-chi2-sampler.ts";
import { entry as bagging } from "./sklearn/bagging.ts";
import { entry as bernoulliRbm } from "./sklearn/bernoulli-rbm.ts";
import { entry as binarizer } from "./sklearn/binarizer.ts";
import { entry as bisectingKMeans } from "./sklearn/bisecting-k-means.ts";
import { entry as calibrated } from "./sklearn/calibrated.ts";
import { entry as chains } from "./sklearn/chains.ts";
import { entry as clusterCenters } from "./sklearn/cluster-centers.ts";
import { entry as columnTransformer } from "./sklearn/column-transformer.ts";
import { entry as constantPredictor } from "./sklearn/constant-predictor.ts";
import { entry as crossDecomposition } from "./sklearn/cross-decomposition.ts";
import { entry as decisionTrees } from "./sklearn/decision-trees.ts";
import { entry as dictVectorizer } from "./sklearn/dict-vectorizer.ts";
import { entry as discriminantAnalysis } from "./sklearn/discriminant-analysis.ts";
import { entry as dummy } from "./sklearn/dummy.ts";
import { entry as factorAnalysis } from "./sklearn/factor-analysis.ts";
import { entry as fastIca } from "./sklearn/fast-ica.ts";
import { entry as featureAgglomeration } from "./sklearn/feature-agglomeration.ts";
import { entry as featureSelection } from "./sklearn/feature-selection.ts";
import { entry as featureUnion } from "./sklearn/feature-union.ts";
import { entry as forests } from "./sklearn/forests.ts";
import { entry as functionTransformer } from "./sklearn/function-transformer.ts";
import { entry as gaussianProcess } from "./sklearn/gaussian-process.ts";
import { entry as generalizedLinear } from "./sklearn/generalized-linear.ts";
import { entry as gradientBoosting } from "./sklearn/gradient-boosting.ts";
import { entry as hashing } from "./sklearn/hashing.ts";
import { entry as histGradientBoosting } from "./sklearn/hist-gradient-boosting.ts";
import { entry as isolationForest } from "./sklearn/isolation-forest.ts";
import { entry as isomap } from "./sklearn/isomap.ts";
import { entry as isotonic } from "./sklearn/isotonic.ts";
import { entry as iterativeImputer } from "./sklearn/iterative-imputer.ts";
import { entry as kBinsDiscretizer } from "./sklearn/k-bins-discretizer.ts";
import { entry as kMeans } from "./sklearn/k-means.ts";
import { entry as kNeighbors } from "./sklearn/k-neighbors.ts";
import { entry as kernelApproximation } from "./sklearn/kernel-approximation.ts";
import { entry as kernelCenterer } from "./sklearn/kernel-centerer.ts";
import { entry as kernelDensity } from "./sklearn/kernel-density.ts";
import { entry as kernelPca } from "./sklearn/kernel-pca.ts";
import { entry as kernelRidge } from "./sklearn/kernel-ridge.ts";
import { entry as knnImputer } from "./sklearn/knn-imputer.ts";
import { entry as labelEncoders } from "./sklearn/label-encoders.ts";
import { entry as labelPropagation } from "./sklearn/label-propagation.ts";
import { entry as latentDirichlet } from "./sklearn/latent-dirichlet.ts";
import { entry as lightgbmWrappers } from "./sklearn/lightgbm-wrappers.ts";
import { entry as linearClassifiers } from "./sklearn/linear-classifiers.ts";
import { entry as linearOutliers } from "./sklearn/linear-outliers.ts";
import { entry as linearRegressors } from "./sklearn/linear-regressors.ts";
import { entry as localOutlierFactor } from "./sklearn/local-outlier-factor.ts";
import { entry as locallyLinearEmbedding } from "./sklearn/locally-linear-embedding.ts";
import { entry as missingIndicator } from "./sklearn/missing-indicator.ts";
import { entry as mixtures } from "./sklearn/mixtures.ts";
import { entry as multiOutput } from "./sklearn/multi-output.ts";
import { entry as multilayerPerceptron } from "./sklearn/multilayer-perceptron.ts";
import { entry as naiveBayes } from "./sklearn/naive-bayes.ts";
import { entry as nearestCentroid } from "./sklearn/nearest-centroid.ts";
import { entry as neighborhoodComponents } from "./sklearn/neighborhood-components.ts";
import { entry as nonNegativeFactors } from "./sklearn/non-negative-factors.ts";
import { entry as normalizer } from "./sklearn/normalizer.ts";
import { entry as oneHotEncoder } from "./sklearn/one-hot-encoder.ts";
import { entry as oneVsOne } from "./sklearn/one-vs-one.ts";
import { entry as oneVsRest } from "./sklearn/one-vs-rest.ts";
import { entry as ordinalEncoder } from "./sklearn/ordinal-encoder.ts";
import { entry as outputCode } from "./sklearn/output-code.ts";
import { entry as pipeline } from "./sklearn/pipeline.ts";
import { entry as polynomialCountSketch } from "./sklearn/polynomial-count-sketch.ts";
import { entry as polynomialFeatures } from "./sklearn/polynomial-features.ts";
import { entry as powerTransformer } from "./sklearn/power-transformer.ts";
import { entry as projections } from "./sklearn/projections.ts";
import { entry as quantileTransformer } from "./sklearn/quantile-transformer.ts";
import { entry as radiusNeighbors } from "./sklearn/radius-neighbors.ts";
import { entry as randomProjection } from "./sklearn/random-projection.ts";
import { entry as randomTreesEmbedding } from "./sklearn/random-trees-embedding.ts";
import { entry as scalers } from "./sklearn/scalers.ts";
import { entry as search } from "./sklearn/search.ts";
import { entry as selectFromModel } from "./sklearn/select-from-model.ts";
import { entry as simpleImputer } from "./sklearn/simple-imputer.ts";
import { entry as sparseCoding } from "./sklearn/sparse-coding.ts";
import { entry as sparsePca } from "./sklearn/sparse-pca.ts";
import { entry as splineTransformer } from "./sklearn/spline-transformer.ts";
import { entry as stacking } from "./sklearn/stacking.ts";
import { entry as supportVectors } from "./sklearn/support-vectors.ts";
import { entry as targetEncoder } from "./sklearn/target-encoder.ts";
import { entry as textVectorizers } from "./sklearn/text-vectorizers.ts";
import { entry as tfidfTransformer } from "./sklearn/tfidf-transformer.ts";
import { entry as thresholds } from "./sklearn/thresholds.ts";
import { entry as transformedTarget } from "./sklearn/transformed-target.ts";
import { entry as voting } from "./sklearn/voting.ts";
import { entry as wrappers } from "./sklearn/wrappers.ts";
import { entry as xgboostWrappers } from "./sklearn/xgboost-wrappers.ts";

const ENTRIES: readonly Entry[] = [
  adaBoost,
  additiveChi2Sampler,
  bagging,
  bernoulliRbm,
  binarizer,
  bisectingKMeans,
  calibrated,
  chains,
  clusterCenters,
  columnTransformer,
  constantPredictor,
  crossDecomposition,
  decisionTrees,
  dictVectorizer,
  discriminantAnalysis,
  dummy,
  factorAnalysis,
  fastIca,
  featureAgglomeration,
  featureSelection,
  featureUnion,
  forests,
  functionTransformer,
  gaussianProcess,
  generalizedLinear,
  gradientBoosting,
  hashing,
  histGradientBoosting,
  isolationForest,
  isomap,
  isotonic,
  iterativeImputer,
  kBinsDiscretizer,
  kMeans,
  kNeighbors,
  kernelApproximation,
  kernelCenterer,
  kernelDensity,
  kernelPca,
  kernelRidge,
  knnImputer,
  labelEncoders,
  labelPropagation,
  latentDirichlet,
  lightgbmWrappers,
  linearClassifiers,
  linearOutliers,
  linearRegressors,
  localOutlierFactor,
  locallyLinearEmbedding,
  missingIndicator,
  mixtures,
  multiOutput,
  multilayerPerceptron,
  naiveBayes,
  nearestCentroid,
  neighborhoodComponents,
  nonNegativeFactors,
  normalizer,
  oneHotEncoder,
  oneVsOne,
  oneVsRest,
  ordinalEncoder,
  outputCode,
  pipeline,
  polynomialCountSketch,
  polynomialFeatures,
  powerTransformer,
  projections,
  quantileTransformer,
  radiusNeighbors,
  randomProjection,
  randomTreesEmbedding,
  scalers,
  search,
  selectFromModel,
  simpleImputer,
  sparseCoding,
  sparsePca,
  splineTransformer,
  stacking,
  supportVectors,
  targetEncoder,
  textVectorizers,
  tfidfTransformer,
  thresholds,
  transformedTarget,
  voting,
  wrappers,
  xgboostWrappers,
];

/** Every class that is evaluated natively, by its full name. */
export const REGISTRY: ReadonlyMap<string, Entry> = new Map(
  ENTRIES.flatMap((entry) => entry.classes.map((name): [string, Entry] => [name, entry])),
);
