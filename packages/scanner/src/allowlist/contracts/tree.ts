import { type ByteSource, sliceSource } from "@modelkeep/bytes";
import { chunks } from "@modelkeep/bytes/digest";
import type { CallValue, Value } from "@modelkeep/formats";
import type { ContractBreach } from "../entry.ts";
import { arrayView, integersOf } from "./array-view.ts";
import { breach, changedBeyond, type Contract, countOf, positional, textEntries } from "./call.ts";

/** `sklearn/tree/_tree.pyx`, `NODE_DTYPE`: the fields in order, then since 1.3 a flag for missing values. */
const NODE_NAMES = "left_child right_child feature threshold impurity n_node_samples weighted_n_node_samples";
const NODE_SIZE = 56;
const NODE_SIZE_WITH_MISSING = 64;
const LEAF = -1;

/**
 * `Tree(n_features, n_classes, n_outputs)` and its state. scikit-learn follows child and feature indices in native
 * code without a check, so a tree that points outside itself reads foreign memory, and one that points back never ends.
 */
export const tree: Contract = (call) => {
  const [features, classes, outputs, ...rest] = positional(call) ?? [];
  const nFeatures = countOf(features);
  const nOutputs = countOf(outputs);
  const nClasses = integersOf(classes);
  if (nFeatures === undefined || nOutputs === undefined || rest.length > 0 || nClasses?.length !== nOutputs) {
    return breach(call, "takes (n_features, n_classes, n_outputs) that agree");
  }
  const changed = changedBeyond(call, "states");
  if (changed !== undefined) return changed;
  if (call.states.length === 0) return undefined;
  const state = textEntries(call.states[0]);
  return state === undefined
    ? breach(call, "gets a state that is none of a tree")
    : treeState(call, state, nFeatures, classValues(nClasses));
};

/** `[n_outputs, most classes]`: the shape of each node's value. */
function classValues(classes: { length: number; at(index: number): number }): [number, number] {
  let most = 0;
  for (let i = 0; i < classes.length; i++) most = Math.max(most, classes.at(i));
  return [classes.length, most];
}

function treeState(
  call: CallValue,
  state: ReadonlyMap<string, Value>,
  features: number,
  perNode: [number, number],
): ContractBreach | undefined {
  const count = countOf(state.get("node_count"));
  const nodes = arrayView(state.get("nodes"));
  const values = arrayView(state.get("values"));
  if (count === undefined || nodes === undefined || values === undefined)
    return breach(call, "lacks nodes or values");
  if (nodes.shape.length !== 1 || nodes.shape[0] !== count)
    return breach(call, "has another number of nodes than it says");
  const [n, outputs, classes] = values.shape;
  if (n !== count || outputs !== perNode[0] || classes !== perNode[1])
    return breach(call, "has values of another shape");
  if (!isNodeLayout(nodes.names, nodes.itemSize) && count > 0)
    return breach(call, "has nodes of another layout");
  return walkNodes(call, nodes.source, count, nodes.itemSize, features);
}

/**
 * Size alone decides where a reader did not keep the names: scikit-learn itself refuses nodes whose fields are not
 * exactly its own, so no other record of this size gets as far as being walked.
 */
function isNodeLayout(names: readonly string[], size: number): boolean {
  const text = names.join(" ");
  if (size !== NODE_SIZE && size !== NODE_SIZE_WITH_MISSING) return false;
  if (text === "") return true;
  return text === (size === NODE_SIZE ? NODE_NAMES : `${NODE_NAMES} missing_go_to_left`);
}

/** A forest has millions of nodes: few enough that each piece is still in the cache when walked. */
const NODES_AT_ONCE = 2_048;

function walkNodes(
  call: CallValue,
  source: ByteSource,
  count: number,
  size: number,
  features: number,
): ContractBreach | undefined {
  const nodes = sliceSource(source, 0, count * size, source.name);
  let first = 0;
  for (const bytes of chunks(nodes, NODES_AT_ONCE * size)) {
    const data = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const many = bytes.byteLength / size;
    for (let i = 0; i < many; i++) {
      const wrong = nodeFault(data, i * size, first + i, count, features);
      if (wrong !== undefined) return breach(call, `node ${first + i} ${wrong}`);
    }
    first += many;
  }
  return undefined;
}

/** Builders append children after their parents, so an index that is not greater would be a cycle. */
function nodeFault(
  data: DataView,
  at: number,
  index: number,
  count: number,
  features: number,
): string | undefined {
  const left = int64(data, at);
  const right = int64(data, at + 8);
  if (left === LEAF) return right === LEAF ? undefined : "is half a leaf";
  if (left <= index || left >= count || right <= index || right >= count)
    return "has a child outside the tree";
  const feature = int64(data, at + 16);
  return feature >= 0 && feature < features ? undefined : "splits on a feature that does not exist";
}

/** A little-endian 64-bit integer as a number: exact for indices, and far outside for anything else. */
function int64(data: DataView, at: number): number {
  return data.getInt32(at + 4, true) * 2 ** 32 + data.getUint32(at, true);
}
