import { type Entry, type Evaluator, type Nested } from "../core/evaluator.ts";
import type { State } from "../read/state.ts";

/** Hyper-parameter searches: whatever their best estimator answers. */
export const entry: Entry = {
  classes: [
    "sklearn.model_selection._search.GridSearchCV",
    "sklearn.model_selection._search.RandomizedSearchCV",
    "sklearn.model_selection._search_successive_halving.HalvingGridSearchCV",
    "sklearn.model_selection._search_successive_halving.HalvingRandomSearchCV",
    "sklearn.linear_model._ransac.RANSACRegressor",
  ],
  build(state: State, nested: Nested): Evaluator {
    const ransac = state.shortName === "RANSACRegressor";
    const name = ransac ? "estimator_" : "best_estimator_";
    if (!state.has(name)) throw state.unsupported(name, "is missing: the search did not refit");
    const best = nested.load(state.value(name), state.where(name));
    if (!ransac) return { ...best, className: state.className };
    const { predict } = best.methods;
    return {
      className: state.className,
      features: best.features,
      methods: predict === undefined ? {} : { predict },
    };
  },
};
