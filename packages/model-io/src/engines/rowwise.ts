/**
 * Estimators whose answer for one row depends on nothing but that row, under every parameter that is evaluated
 * natively, and whose arithmetic does not depend on how many rows there are. `rowwise.test.ts` compares rows one by one
 * with rows together, bit by bit, on every fixture that this list lets through; those in one line share their code.
 * What is not listed is not batched.
 */
const ROWWISE: ReadonlySet<string> = new Set(
  // linear
  (
    "LogisticRegression LogisticRegressionCV LinearRegression Ridge RidgeCV RidgeClassifier RidgeClassifierCV Lasso " +
    "LassoCV ElasticNet ElasticNetCV SGDClassifier SGDRegressor TweedieRegressor PoissonRegressor GammaRegressor " +
    // trees
    "DecisionTreeClassifier DecisionTreeRegressor ExtraTreeClassifier ExtraTreeRegressor RandomForestClassifier " +
    "RandomForestRegressor ExtraTreesClassifier ExtraTreesRegressor GradientBoostingClassifier " +
    "GradientBoostingRegressor HistGradientBoostingClassifier HistGradientBoostingRegressor DummyClassifier " +
    // columns
    "StandardScaler MinMaxScaler MaxAbsScaler RobustScaler SimpleImputer MissingIndicator OneHotEncoder " +
    "OrdinalEncoder FunctionTransformer ColumnTransformer Pipeline"
  )
    .split(" ")
    .map((name) => `sklearn ${name}`),
);
const BOOSTERS: ReadonlySet<string> = new Set(
  "XGBClassifier XGBRegressor XGBRFClassifier XGBRFRegressor LGBMClassifier LGBMRegressor Booster".split(" "),
);

/**
 * Whether rows of several requests may be evaluated together.
 * @param parts full names of all estimators in the model
 */
export function isRowwise(parts: readonly string[]): boolean {
  return parts.length > 0 && parts.every(isPart);
}

function isPart(className: string): boolean {
  const [library = ""] = className.split(".", 1);
  const name = className.slice(className.lastIndexOf(".") + 1);
  if (library === "xgboost" || library === "lightgbm") return BOOSTERS.has(name);
  return ROWWISE.has(`${library} ${name}`);
}
