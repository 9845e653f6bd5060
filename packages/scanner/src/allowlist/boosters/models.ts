import { classes } from "../contracts/build.ts";
import { catboostModel, lightgbmBooster, xgboostBooster } from "../contracts/boosters.ts";
import { instance } from "../contracts/instance.ts";
import type { AllowEntry } from "../entry.ts";

const XGBOOST = "xgboost 1.3 to 3.2";
const LIGHTGBM = "lightgbm 3.1 to 4.7";
const CATBOOST = "catboost 1.1 to 1.2";

/** Boosters, whose models are bytes or text that their own native readers take, and their scikit-learn wrappers. */
export const ENTRIES: readonly AllowEntry[] = [
  ...classes("xgboost.core", "Booster", xgboostBooster, XGBOOST),
  ...classes(
    "xgboost.sklearn",
    "XGBClassifier XGBRegressor XGBRanker XGBRFClassifier XGBRFRegressor",
    instance,
    XGBOOST,
  ),
  ...classes("xgboost.callback", "EarlyStopping", instance, XGBOOST),
  ...classes("xgboost.compat", "XGBoostLabelEncoder", instance, XGBOOST),
  ...classes("lightgbm.basic", "Booster", lightgbmBooster, LIGHTGBM),
  ...classes("lightgbm.sklearn", "LGBMClassifier LGBMRegressor LGBMRanker", instance, LIGHTGBM),
  ...classes(
    "catboost.core",
    "CatBoost CatBoostClassifier CatBoostRegressor CatBoostRanker",
    catboostModel,
    CATBOOST,
  ),
];
