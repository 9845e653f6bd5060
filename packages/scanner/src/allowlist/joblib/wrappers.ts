import { callables } from "../contracts/build.ts";
import { arrayWrapper } from "../contracts/joblib.ts";
import type { AllowEntry } from "../entry.ts";

const EVIDENCE = "joblib 1.1 to 1.6";

/** Left out: `joblib.memory.Memory` (writes a cache to disk), `joblib.parallel` and `joblib.externals` (run code). */
export const ENTRIES: readonly AllowEntry[] = [
  ...callables("joblib.numpy_pickle", "NumpyArrayWrapper", arrayWrapper, EVIDENCE),
];
