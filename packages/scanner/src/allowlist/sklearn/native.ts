import { callables, classes } from "../contracts/build.ts";
import { cythonNumbers, cythonUnpickle } from "../contracts/cython.ts";
import { gradientBoosting } from "../contracts/gradient-boosting.ts";
import { histEstimator } from "../contracts/hist-estimator.ts";
import { treePredictor } from "../contracts/hist-gradient.ts";
import { mappingInstance, namedTuple } from "../contracts/mapping.ts";
import { newSpaceTree, spaceTree } from "../contracts/neighbors.ts";
import { supportVectors } from "../contracts/support-vectors.ts";
import { tree } from "../contracts/tree.ts";
import { treeEstimator } from "../contracts/tree-estimator.ts";
import type { AllowEntry } from "../entry.ts";

const EVIDENCE = "scikit-learn 1.0 to 1.9";
const LOSSES =
  "CyAbsoluteError CyExponentialLoss CyHalfBinomialLoss CyHalfGammaLoss CyHalfMultinomialLoss CyHalfPoissonLoss CyHalfSquaredError CyHalfTweedieLoss CyHalfTweedieLossIdentity CyHuberLoss CyPinballLoss";
const SGD_LOSSES =
  "EpsilonInsensitive Hinge Huber Log ModifiedHuber SquaredEpsilonInsensitive SquaredHinge SquaredLoss";

/** What native code follows without looking: each has a contract that looks. */
export const ENTRIES: readonly AllowEntry[] = [
  ...classes("sklearn.tree._tree", "Tree", tree, EVIDENCE),
  ...classes(
    "sklearn.tree._classes",
    "DecisionTreeClassifier DecisionTreeRegressor ExtraTreeClassifier ExtraTreeRegressor",
    treeEstimator,
    EVIDENCE,
  ),
  ...classes(
    "sklearn.ensemble._forest",
    "ExtraTreesClassifier ExtraTreesRegressor RandomForestClassifier RandomForestRegressor RandomTreesEmbedding",
    treeEstimator,
    EVIDENCE,
  ),
  ...classes(
    "sklearn.ensemble._gb",
    "GradientBoostingClassifier GradientBoostingRegressor",
    gradientBoosting,
    EVIDENCE,
  ),
  ...classes("sklearn.ensemble._hist_gradient_boosting.predictor", "TreePredictor", treePredictor, EVIDENCE),
  ...classes(
    "sklearn.ensemble._hist_gradient_boosting.gradient_boosting",
    "HistGradientBoostingClassifier HistGradientBoostingRegressor",
    histEstimator,
    EVIDENCE,
  ),
  ...classes("sklearn.svm._classes", "SVC NuSVC SVR NuSVR OneClassSVM", supportVectors, EVIDENCE),
  ...["kd_tree KDTree", "ball_tree BallTree"].flatMap((pair) => spaceTreeEntries(pair)),
  // Versions 1.5 and 1.6 name the extension module without its package.
  ...["sklearn._loss._loss", "_loss"].flatMap((module) => lossEntries(module)),
  ...classes("sklearn.linear_model._sgd_fast", SGD_LOSSES, cythonNumbers, EVIDENCE),
  ...classes("sklearn.utils", "Bunch", mappingInstance, EVIDENCE),
  ...classes("sklearn.utils._bunch", "Bunch", mappingInstance, EVIDENCE),
  ...classes("sklearn.covariance._graph_lasso", "_DictWithDeprecatedKeys", mappingInstance, EVIDENCE),
  ...classes("sklearn.impute._iterative", "_ImputerTriplet", namedTuple(3), EVIDENCE),
  ...classes("sklearn._loss.glm_distribution", "DistributionBoundary", namedTuple(2), EVIDENCE),
];

function lossEntries(module: string): AllowEntry[] {
  const unpicklers = LOSSES.split(" ").flatMap((name) =>
    callables(module, `__pyx_unpickle_${name}`, cythonUnpickle(only(module, name)), EVIDENCE),
  );
  return [...classes(module, LOSSES, cythonNumbers, EVIDENCE), ...unpicklers];
}

function spaceTreeEntries(pair: string): AllowEntry[] {
  const [home = "", name = ""] = pair.split(" ");
  const module = `sklearn.neighbors._${home}`;
  const kinds = [name, `${name}32`].map((kind) => `${module}.${kind}`);
  return [
    ...callables(module, "newObj", newSpaceTree(kinds), EVIDENCE),
    ...classes(module, `${name} ${name}32`, spaceTree, EVIDENCE),
  ];
}

function only(module: string, name: string): (module: string, name: string) => boolean {
  return (otherModule, otherName) => otherModule === module && otherName === name;
}
