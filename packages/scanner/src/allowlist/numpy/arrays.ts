import { fromBuffer, reconstruct, scalar } from "../contracts/array.ts";
import { callables, classes, references } from "../contracts/build.ts";
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
  ...["numpy.ma.core", "numpy.ma"].flatMap((module) => [
    ...callables(module, "_mareconstruct", maskedReconstruct, EVIDENCE),
    ...callables(module, "MaskedConstant", maskedConstant, EVIDENCE),
    ...classes(module, "MaskedArray", maskedArray, EVIDENCE),
  ]),
  // Only ever an argument of the above; calling one directly would allocate memory that nobody wrote.
  ...references("numpy", "ndarray record generic", EVIDENCE),
  ...references("numpy.rec", "record", EVIDENCE),
  ...references("numpy.core.records", "recarray record", EVIDENCE),
  ...references("numpy._core.records", "recarray record", EVIDENCE),
  ...references("numpy.matrixlib.defmatrix", "matrix", EVIDENCE),
  ...references("numpy.core.memmap", "memmap", EVIDENCE),
];
