import { cythonUnpickle } from "../contracts/cython.ts";
import { callables, classes } from "../contracts/build.ts";
import {
  bitGeneratorConstructor,
  generatorConstructor,
  seedSequence,
  skopsGenerator,
} from "../contracts/random.ts";
import type { AllowEntry } from "../entry.ts";

const EVIDENCE = "numpy 1.20 to 2.5";
const CTOR = "numpy.random._pickle";

function isSeedSequence(module: string, name: string): boolean {
  return module === "numpy.random.bit_generator" && name === "SeedSequence";
}

/** Random generators, which fitted models keep as `random_state`. */
export const ENTRIES: readonly AllowEntry[] = [
  ...classes(CTOR, "__bit_generator_ctor", bitGeneratorConstructor, EVIDENCE),
  ...callables(CTOR, "__randomstate_ctor __generator_ctor", generatorConstructor, EVIDENCE),
  ...classes("numpy.random._mt19937", "MT19937", skopsGenerator, EVIDENCE),
  ...classes("numpy.random._pcg64", "PCG64 PCG64DXSM", skopsGenerator, EVIDENCE),
  ...classes("numpy.random._philox", "Philox", skopsGenerator, EVIDENCE),
  ...classes("numpy.random._sfc64", "SFC64", skopsGenerator, EVIDENCE),
  ...classes("numpy.random", "MT19937 PCG64 PCG64DXSM Philox SFC64", skopsGenerator, EVIDENCE),
  ...callables("numpy.random.mtrand", "RandomState", skopsGenerator, EVIDENCE),
  ...callables("numpy.random._generator", "Generator", skopsGenerator, EVIDENCE),
  ...classes("numpy.random.bit_generator", "SeedSequence", seedSequence, EVIDENCE),
  ...callables(
    "numpy.random.bit_generator",
    "__pyx_unpickle_SeedSequence",
    cythonUnpickle(isSeedSequence),
    EVIDENCE,
  ),
];
