import type { Value } from "@modelkeep/formats/value";
import type { Entry, Evaluator } from "../core/evaluator.ts";
import { readClasses } from "../core/labels.ts";
import { BOOSTER, lightgbmEvaluator } from "../lightgbm/model.ts";
import { innerState, type State } from "../read/state.ts";

/** LightGBM's estimators in scikit-learn's shape, pickled: a Booster's own text inside a state. */
export const entry: Entry = {
  classes: [
    BOOSTER,
    "lightgbm.sklearn.LGBMClassifier",
    "lightgbm.sklearn.LGBMRegressor",
    "lightgbm.sklearn.LGBMRanker",
  ],
  build(state: State): Evaluator {
    if (state.className === BOOSTER) return fromBooster(state, state, undefined);
    const booster = innerState(state.value("_Booster"), state.where("_Booster"), state.version);
    if (booster?.className !== BOOSTER) throw state.malformed("_Booster", "is no Booster");
    return fromBooster(
      state,
      booster,
      state.shortName === "LGBMClassifier" ? labelEncoder(state) : undefined,
    );
  },
};

function fromBooster(state: State, booster: State, labels: State | undefined): Evaluator {
  const best = booster.given("best_iteration") ? booster.int("best_iteration", -1, 2 ** 31) : 0;
  return lightgbmEvaluator(textOf(booster), {
    className: state.className,
    ...(best > 0 ? { iterations: best } : {}),
    ...(labels === undefined ? {} : { classes: readClasses(labels) }),
  });
}

/** `_handle` since 4.0, `handle` before. */
function textOf(booster: State): string {
  return booster.string(booster.has("_handle") ? "_handle" : "handle");
}

/** `_le` turns the index of the most probable class back into its label. */
function labelEncoder(state: State): State {
  const value: Value = state.value("_le");
  const inner = innerState(value, state.where("_le"), state.version);
  if (
    inner === undefined ||
    !/^(?:sklearn\.preprocessing\._label|lightgbm\.compat)\.\w*LabelEncoder$/u.test(inner.className)
  )
    throw state.malformed("_le", "is no LabelEncoder");
  return inner;
}
