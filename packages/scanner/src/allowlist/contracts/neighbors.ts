import type { CallValue, Value } from "@modelkeep/formats";
import type { ContractBreach } from "../entry.ts";
import { arrayView, type ArrayView, integersOf, shapeOfArray } from "./array-view.ts";
import {
  breach,
  changedBeyond,
  type Contract,
  constructedBy,
  countOf,
  positional,
  qualified,
} from "./call.ts";

const METRICS_MODULES: ReadonlySet<string> = new Set([
  "sklearn.metrics._dist_metrics",
  "sklearn.neighbors._dist_metrics",
]);

/** scikit-learn 1.0 wrote one unused zero, which a newer one would read as weights: a few bytes too far at most. */
const MOST_FEATURES_WITH_ONE_ZERO = 64;

function unweighted(weights: number | undefined, features: number): boolean {
  return weights === 0 || (weights === 1 && features <= MOST_FEATURES_WITH_ONE_ZERO);
}

function classOf(metric: CallValue): string {
  return qualified(positional(metric)?.[0]) ?? "";
}

/** `newObj(cls)` of `_dist_metrics`: `cls.__new__(cls)` and the state `(p, vec, mat[, …])`. */
export const newDistance: Contract = (call) => {
  const [cls, ...rest] = positional(call) ?? [];
  const own = cls?.kind === "global" && METRICS_MODULES.has(cls.module) && DISTANCE.test(cls.name);
  if (!own || rest.length > 0) return breach(call, "makes something that is no distance");
  return distanceState(call);
};

/** skops restores the same class by itself. */
export const distance: Contract = (call) => {
  if (call.via !== "SKOPS" || positional(call)?.length !== 0)
    return breach(call, "is called instead of being restored");
  return distanceState(call);
};

const DISTANCE = /^[A-Z][A-Za-z]*Distance(32|64)?$/;

function distanceState(call: CallValue): ContractBreach | undefined {
  const changed = changedBeyond(call, "states");
  if (changed !== undefined) return changed;
  const [state] = call.states;
  const good = state === undefined || (state.kind === "tuple" && state.items.length >= 3);
  return good ? undefined : breach(call, "gets a state that is none of a distance");
}

/** `NodeData_t` of sklearn/neighbors/_binary_tree.pxi: idx_start, idx_end, is_leaf, radius; 8 bytes each. */
const NODE_SIZE = 32;

/**
 * `newObj(KDTree)` and its state: (data, idx_array, node_data, node_bounds, leaf_size, n_levels, n_nodes, n_trims,
 * n_leaves, n_splits, n_calls, metric[, sample_weight]). Queries follow all of it in native code without a check.
 */
export function newSpaceTree(classes: readonly string[]): Contract {
  return (call) => {
    const [cls, ...rest] = positional(call) ?? [];
    if (!classes.includes(qualified(cls) ?? "") || rest.length > 0) {
      return breach(call, "makes something that is no tree of its own kind");
    }
    return restoredTree(call);
  };
}

/** skops restores the same class by itself. */
export const spaceTree: Contract = (call) => {
  if (call.via !== "SKOPS" || positional(call)?.length !== 0)
    return breach(call, "is called instead of being restored");
  return restoredTree(call);
};

function restoredTree(call: CallValue): ContractBreach | undefined {
  const changed = changedBeyond(call, "states");
  if (changed !== undefined) return changed;
  const [state] = call.states;
  return state?.kind === "tuple" ? treeState(call, state.items) : breach(call, "has no state");
}

function treeState(call: CallValue, items: readonly Value[]): ContractBreach | undefined {
  const data = arrayView(items[0]);
  const order = integersOf(items[1]);
  const nodes = arrayView(items[2]);
  const bounds = shapeOfArray(items[3]);
  const levels = countOf(items[5]);
  const count = countOf(items[6]);
  if (data === undefined || order === undefined || nodes === undefined || bounds === undefined)
    return breach(call, "lacks an array");
  if (data.shape.length !== 2 || levels === undefined || count === undefined)
    return breach(call, "lacks its sizes");
  const [samples = 0, features = 0] = data.shape;
  if (order.length !== samples) return breach(call, "orders another number of samples than it has");
  for (let i = 0; i < samples; i++) {
    if (order.at(i) < 0 || order.at(i) >= samples)
      return breach(call, "orders a sample that it does not have");
  }
  if (levels > 50 || count !== 2 ** levels - 1 || nodes.shape[0] !== count)
    return breach(call, "has another number of nodes than levels");
  if (bounds.length !== 3 || bounds[1] !== count || bounds[2] !== features)
    return breach(call, "has bounds of another shape");
  return nodeRanges(call, nodes, samples) ?? metricFits(call, items[11], features);
}

function nodeRanges(call: CallValue, nodes: ArrayView, samples: number): ContractBreach | undefined {
  const count = nodes.shape[0] ?? 0;
  if (count > 0 && nodes.itemSize !== NODE_SIZE) return breach(call, "has nodes of another layout");
  const bytes = nodes.source.view(0, nodes.source.size);
  const data = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let i = 0; i < count; i++) {
    const start = Number(data.getBigInt64(i * NODE_SIZE, true));
    const end = Number(data.getBigInt64(i * NODE_SIZE + 8, true));
    const leaf = data.getBigInt64(i * NODE_SIZE + 16, true) !== 0n;
    if (start < 0 || end < start || end > samples)
      return breach(call, `node ${i} spans samples that do not exist`);
    if (!leaf && 2 * i + 2 >= count) return breach(call, `node ${i} has children outside the tree`);
  }
  return undefined;
}

/** A tree that was restored does not compare its distance with its data, and the distance reads a weight for each feature. */
function metricFits(
  call: CallValue,
  metric: Value | undefined,
  features: number,
): ContractBreach | undefined {
  const by = constructedBy(metric) ?? "";
  const own =
    by.startsWith("sklearn.metrics._dist_metrics.") || by.startsWith("sklearn.neighbors._dist_metrics.");
  if (!own || metric?.kind !== "call") return breach(call, "has no distance of scikit-learn");
  const cls = metric.callee.kind === "global" && metric.callee.name === "newObj" ? classOf(metric) : by;
  if (!/\.(?:SEuclidean|Mahalanobis|WMinkowski|Minkowski)Distance(?:32|64)?$/.test(cls)) return undefined;
  const state = metric.states[0];
  const [, vector, matrix] = state?.kind === "tuple" ? state.items : [];
  const weights = shapeOfArray(vector)?.[0];
  const sides = shapeOfArray(matrix);
  const fits = cls.includes("Mahalanobis")
    ? sides?.[0] === features && sides[1] === features && (weights === undefined || weights === features)
    : weights === features || (cls.includes(".Minkowski") && unweighted(weights, features));
  return fits ? undefined : breach(call, "has a distance with weights for another number of features");
}
