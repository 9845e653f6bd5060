import { checkFeatures } from "../core/check.ts";
import { type Entry, type Evaluator, featuresOf } from "../core/evaluator.ts";
import { checkedAffine } from "../core/linear.ts";
import { type Matrix, type Result, vector } from "../core/matrix.ts";
import { readAffine } from "../read/affine.ts";
import type { State } from "../read/state.ts";

/** Every regressor whose prediction is `X @ coef_.T + intercept_` (sklearn.linear_model._base.LinearModel). */
export const entry: Entry = {
  classes: [
    "sklearn.linear_model._base.LinearRegression",
    "sklearn.linear_model._ridge.Ridge",
    "sklearn.linear_model._ridge.RidgeCV",
    "sklearn.linear_model._coordinate_descent.Lasso",
    "sklearn.linear_model._coordinate_descent.LassoCV",
    "sklearn.linear_model._coordinate_descent.ElasticNet",
    "sklearn.linear_model._coordinate_descent.ElasticNetCV",
    "sklearn.linear_model._coordinate_descent.MultiTaskLasso",
    "sklearn.linear_model._coordinate_descent.MultiTaskLassoCV",
    "sklearn.linear_model._coordinate_descent.MultiTaskElasticNet",
    "sklearn.linear_model._coordinate_descent.MultiTaskElasticNetCV",
    "sklearn.linear_model._least_angle.Lars",
    "sklearn.linear_model._least_angle.LarsCV",
    "sklearn.linear_model._least_angle.LassoLars",
    "sklearn.linear_model._least_angle.LassoLarsCV",
    "sklearn.linear_model._least_angle.LassoLarsIC",
    "sklearn.linear_model._omp.OrthogonalMatchingPursuit",
    "sklearn.linear_model._omp.OrthogonalMatchingPursuitCV",
    "sklearn.linear_model._bayes.BayesianRidge",
    "sklearn.linear_model._bayes.ARDRegression",
    "sklearn.linear_model._huber.HuberRegressor",
    "sklearn.linear_model._theil_sen.TheilSenRegressor",
    "sklearn.linear_model._quantile.QuantileRegressor",
    "sklearn.linear_model._stochastic_gradient.SGDRegressor",
    "sklearn.linear_model._passive_aggressive.PassiveAggressiveRegressor",
    "sklearn.svm._classes.LinearSVR",
  ],
  build(state: State): Evaluator {
    const f = readAffine(state);
    const features = { ...featuresOf(state), count: f.inputs };
    const predict = (x: Matrix): Result => {
      checkFeatures(x, features);
      const y = checkedAffine(x, f, features.className);
      return f.flat ? vector(y.data) : y;
    };
    return { className: state.className, features, methods: { predict } };
  },
};
