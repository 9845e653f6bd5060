import type { NodeFunction } from "./build.ts";
import { GENERAL_NODES } from "./nodes-general.ts";
import { NUMPY_NODES } from "./nodes-numpy.ts";
import { REDUCE_NODES } from "./nodes-reduce.ts";
import { sparseMatrix } from "./sparse.ts";

/** Every loader that skops 0.1 to 0.16 knows, by the name that a schema gives. */
export const NODES: ReadonlyMap<string, NodeFunction> = new Map<string, NodeFunction>([
  ...GENERAL_NODES,
  ...NUMPY_NODES,
  ...REDUCE_NODES,
  ["SparseMatrixNode", sparseMatrix],
]);
