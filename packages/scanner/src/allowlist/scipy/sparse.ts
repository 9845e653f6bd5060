import { classes } from "../contracts/build.ts";
import type { Contract } from "../contracts/call.ts";
import { mappingInstance } from "../contracts/mapping.ts";
import { bsr, coo, csc, csr, dia, lil } from "../contracts/sparse.ts";
import type { AllowEntry } from "../entry.ts";

const EVIDENCE = "scipy 1.6 to 1.18";

const LAYOUTS: readonly (readonly [layout: string, contract: Contract])[] = [
  ["csr", csr],
  ["csc", csc],
  ["bsr", bsr],
  ["coo", coo],
  ["dia", dia],
  ["lil", lil],
];

/** SciPy 1.8 renamed `scipy.sparse.csr` to `scipy.sparse._csr`; arrays lived in `_arrays` until 1.11. */
export const ENTRIES: readonly AllowEntry[] = [
  ...LAYOUTS.flatMap(([layout, contract]) => [
    ...classes(`scipy.sparse.${layout}`, `${layout}_matrix`, contract, EVIDENCE),
    ...classes(`scipy.sparse._${layout}`, `${layout}_matrix ${layout}_array`, contract, EVIDENCE),
    ...classes("scipy.sparse._arrays", `${layout}_array`, contract, EVIDENCE),
  ]),
  // A dict of coordinates, which SciPy checks when it converts it.
  ...classes("scipy.sparse.dok", "dok_matrix", mappingInstance, EVIDENCE),
  ...classes("scipy.sparse._dok", "dok_matrix dok_array", mappingInstance, EVIDENCE),
  ...classes("scipy.sparse._arrays", "dok_array", mappingInstance, EVIDENCE),
  ...classes("scipy.optimize._optimize", "OptimizeResult", mappingInstance, EVIDENCE),
  ...classes("scipy.optimize.optimize", "OptimizeResult", mappingInstance, EVIDENCE),
];
