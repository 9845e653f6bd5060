import { ENTRIES as BOOSTERS } from "./boosters/models.ts";
import { callables } from "./contracts/build.ts";
import { reconstructor, ufuncReconstruct } from "./contracts/indirect.ts";
import type { AllowEntry } from "./entry.ts";
import { ENTRIES as JOBLIB } from "./joblib/wrappers.ts";
import { ENTRIES as MLFLOW } from "./mlflow/values.ts";
import { ENTRIES as ARRAYS } from "./numpy/arrays.ts";
import { ENTRIES as NUMPY_FUNCTIONS } from "./numpy/functions.ts";
import { ENTRIES as RANDOM } from "./numpy/random.ts";
import { ENTRIES as NUMPY_TYPES } from "./numpy/types.ts";
import { ENTRIES as FRAMES } from "./pandas/frames.ts";
import { ENTRIES as PANDAS_VALUES } from "./pandas/values.ts";
import { ENTRIES as BUILTINS } from "./python/builtins.ts";
import { ENTRIES as VALUES } from "./python/values.ts";
import { ENTRIES as SCIPY } from "./scipy/functions.ts";
import { ENTRIES as SPARSE } from "./scipy/sparse.ts";
import { ENTRIES as DISTANCES } from "./sklearn/distances.ts";
import { ENTRIES as ESTIMATORS } from "./sklearn/estimators.ts";
import { ENTRIES as SKLEARN_FUNCTIONS } from "./sklearn/functions.ts";
import { ENTRIES as NATIVE } from "./sklearn/native.ts";

/** Every entry, each under its exact `module` and `name`. */
export const ALLOWLIST: readonly AllowEntry[] = [
  ...BUILTINS,
  ...VALUES,
  ...ARRAYS,
  ...NUMPY_TYPES,
  ...NUMPY_FUNCTIONS,
  ...RANDOM,
  ...SPARSE,
  ...SCIPY,
  ...FRAMES,
  ...PANDAS_VALUES,
  ...JOBLIB,
  ...MLFLOW,
  ...ESTIMATORS,
  ...SKLEARN_FUNCTIONS,
  ...DISTANCES,
  ...NATIVE,
  ...BOOSTERS,
  // These name what they make in their arguments, so they judge by the other entries.
  ...callables("copyreg", "_reconstructor", reconstructor(lookup), "Python 3.8 to 3.13"),
  ...callables("numpy.core", "_ufunc_reconstruct", ufuncReconstruct(lookup), "numpy 1.19 and 1.20"),
];

const BY_NAME: ReadonlyMap<string, AllowEntry> = new Map(
  ALLOWLIST.map((entry) => [`${entry.module}\0${entry.name}`, entry]),
);

/** The entry of exactly `module.name`; another home of the same thing is another entry. */
export function lookup(module: string, name: string): AllowEntry | undefined {
  return BY_NAME.get(`${module}\0${name}`);
}
