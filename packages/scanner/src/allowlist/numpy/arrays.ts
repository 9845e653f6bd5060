import { fromBuffer, reconstruct, scalar } from "../contracts/array.ts";
import { callables, classArguments, classes, references } from "../contracts/build.ts";
import { dtypeContract } from "../contracts/dtype.ts";
import { maskedArray, maskedConstant, maskedReconstruct } from "../contracts/masked.ts";
import type { AllowEntry } from "../entry.ts";

const EVIDENCE = "numpy 1.20 to 2.5";

/** Arrays, scalars and dtypes. NumPy 2 renamed `numpy.core` to `numpy._core`; each home has its own entries. */
export const ENTRIES: readonly AllowEntry[] = [
  ...["numpy.core.multiarray", "numpy._core.multiarray"].flatMap((module) => [
    ...callables(module, "_reconstruct", reconstruct, EVIDENCE),
    ...callables(module, "scalar", scalar, EVIDENCE),
  ]),
  ...["numpy.core.numeric", "numpy._core.numeric"].flatMap((module) =>
    callables(module, "_frombuffer", fromBuffer, EVIDENCE),
  ),
  ...classes("numpy", "dtype", dtypeContract, EVIDENCE),
  ...callables("numpy.ma.core", "_mareconstruct", maskedReconstruct, EVIDENCE),
  ...callables("numpy.ma.core", "MaskedConstant", maskedConstant, EVIDENCE),
  ...["numpy.ma.core", "numpy.ma"].flatMap((module) => classes(module, "MaskedArray", maskedArray, EVIDENCE)),
  // Only ever an argument of the above; calling one directly would allocate memory that nobody wrote.
  ...classArguments("numpy", "ndarray record", EVIDENCE),
  ...references("numpy", "generic", EVIDENCE),
];
