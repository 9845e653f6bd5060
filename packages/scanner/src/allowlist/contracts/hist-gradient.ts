import type { CallValue, Value } from "@modelkeep/formats";
import type { ContractBreach } from "../entry.ts";
import { arrayView, type ArrayView, shapeOfArray } from "./array-view.ts";
import { breach, type Contract, textEntries } from "./call.ts";
import { instance } from "./instance.ts";

/** Where `PREDICTOR_RECORD_DTYPE` keeps what prediction follows (sklearn/ensemble/_hist_gradient_boosting/common.pyx). */
interface Layout {
  readonly size: number;
  readonly names: string;
  readonly left: number;
  readonly right: number;
  readonly leaf: number;
  readonly categorical?: number;
  readonly bitset?: number;
}

const BASE = "value count feature_idx";
/** Packed records: value f8, count u4, feature_idx u4 or i8, num_threshold f8, missing u1, left u4, right u4, gain f8, depth u4, is_leaf u1, bin_threshold u1, … */
const LAYOUTS: readonly Layout[] = [
  record(
    `${BASE} num_threshold missing_go_to_left left right gain depth is_leaf bin_threshold is_categorical bitset_idx`,
    4,
    true,
  ),
  record(
    `${BASE} num_threshold missing_go_to_left left right gain depth is_leaf bin_threshold is_categorical bitset_idx`,
    8,
    true,
  ),
  record(`${BASE} threshold missing_go_to_left left right gain depth is_leaf bin_threshold`, 4, false),
];

function record(names: string, feature: number, categorical: boolean): Layout {
  const left = 8 + 4 + feature + 8 + 1;
  const leaf = left + 4 + 4 + 8 + 4;
  const end = leaf + 2;
  if (!categorical) return { size: end, names, left, right: left + 4, leaf };
  return { size: end + 5, names, left, right: left + 4, leaf, categorical: end, bitset: end + 1 };
}

/** `TreePredictor`: children and category sets are followed in native code without a check. */
export const treePredictor: Contract = (call) => {
  const found = instance(call);
  if (found !== undefined) return found;
  const state = textEntries(call.states[0]);
  const nodes = arrayView(state?.get("nodes"));
  if (state === undefined || nodes?.shape.length !== 1) return breach(call, "lacks nodes");
  const layout = layoutOf(nodes);
  if (layout === undefined) return breach(call, "has nodes of another layout");
  const bytes = nodes.source.view(0, nodes.source.size);
  const data = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return walk(call, data, layout, nodes.shape[0] ?? 0, categorySets(state));
};

function layoutOf(nodes: ArrayView): Layout | undefined {
  const names = nodes.names.join(" ");
  return LAYOUTS.find((known) => known.size === nodes.itemSize && (names === "" || known.names === names));
}

/** What one split of a tree reads of its input. */
export interface Split {
  readonly feature: number;
  readonly categorical: boolean;
}

/** Where the feature stands, behind the value and the count. */
const FEATURE_AT = 8 + 4;

/** The splits of a predictor that {@link treePredictor} found in order. */
export function* splitsOf(predictor: CallValue): Generator<Split, void, undefined> {
  const nodes = arrayView(textEntries(predictor.states[0])?.get("nodes"));
  const layout = nodes === undefined ? undefined : layoutOf(nodes);
  if (nodes === undefined || layout === undefined) return;
  const bytes = nodes.source.view(0, nodes.source.size);
  const data = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const wide = layout.left === FEATURE_AT + 8 + 8 + 1;
  for (let at = 0; at < bytes.byteLength; at += layout.size) {
    if (data.getUint8(at + layout.leaf) !== 0) continue;
    const feature = wide
      ? Number(data.getBigInt64(at + FEATURE_AT, true))
      : data.getUint32(at + FEATURE_AT, true);
    const categorical = layout.categorical !== undefined && data.getUint8(at + layout.categorical) !== 0;
    yield { feature, categorical };
  }
}

function categorySets(state: ReadonlyMap<string, Value>): number {
  return shapeOfArray(state.get("raw_left_cat_bitsets"))?.[0] ?? 0;
}

function walk(
  call: CallValue,
  data: DataView,
  layout: Layout,
  count: number,
  sets: number,
): ContractBreach | undefined {
  if (count === 0) return breach(call, "has no nodes");
  for (let i = 0; i < count; i++) {
    const at = i * layout.size;
    if (data.getUint8(at + layout.leaf) !== 0) continue;
    const left = data.getUint32(at + layout.left, true);
    const right = data.getUint32(at + layout.right, true);
    // A parent comes before its children, so anything else would be a cycle.
    if (left <= i || left >= count || right <= i || right >= count)
      return breach(call, `node ${i} has a child outside the tree`);
    if (layout.categorical === undefined || layout.bitset === undefined) continue;
    const categorical = data.getUint8(at + layout.categorical) !== 0;
    if (categorical && data.getUint32(at + layout.bitset, true) >= sets)
      return breach(call, `node ${i} has a category set that does not exist`);
  }
  return undefined;
}
