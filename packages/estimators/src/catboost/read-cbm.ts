import { BytesError, type ByteSource } from "@modelkeep/bytes";
import { FlatTable } from "@modelkeep/bytes/flatbuffer";
import { malformed, unsupported } from "../error.ts";
import { type Information, trained } from "./information.ts";
import {
  type CatboostModel,
  type FloatFeature,
  nodeTree,
  obliviousTree,
  type Split,
  type Tree,
} from "./trees.ts";

/** Numbers of the fields of `TModelTrees` (catboost/libs/model/flatbuffers/model.fbs). */
const F = {
  dimension: 0,
  splits: 1,
  sizes: 2,
  categories: 4,
  floats: 5,
  oneHot: 6,
  counters: 7,
  values: 8,
  steps: 10,
  leaves: 11,
  texts: 12,
  estimated: 13,
  scale: 14,
  bias: 15,
  biases: 16,
  embeddings: 18,
} as const;

const NAN = ["as-is", "below", "above"] as const;
const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
const i32 = (view: DataView, at: number): number => view.getInt32(at, true);
const u32 = (view: DataView, at: number): number => view.getUint32(at, true);
const f32 = (view: DataView, at: number): number => view.getFloat32(at, true);
const f64 = (view: DataView, at: number): number => view.getFloat64(at, true);

/**
 * Reads CatBoost's binary format: `CBM1`, a size, a FlatBuffers table (catboost/libs/model/model.cpp).
 * @throws {EstimatorError} `malformed`, or `unsupported` for features that are no plain numbers
 */
export function readCbm(source: ByteSource): CatboostModel {
  try {
    return read(source);
  } catch (error) {
    if (error instanceof BytesError && error.code !== "io")
      throw malformed(`the CatBoost model: ${error.message}`);
    throw error;
  }
}

function read(source: ByteSource): CatboostModel {
  const size = source.size < 8 ? 0 : u32(viewOf(source.view(4, 4)), 0);
  if (size === 0 || size + 8 !== source.size) throw malformed("the CatBoost model has a wrong size");
  const core = FlatTable.root(source.view(8, size));
  const trees = core.table(1);
  if (trees === undefined) throw malformed("the CatBoost model holds no trees");
  refuseOthers(trees);
  const features = trees.tables(F.floats).map(featureOf);
  const dimension = trees.int(F.dimension, 0);
  if (dimension < 1 || dimension > 10_000) throw malformed(`the CatBoost model has ${dimension} dimensions`);
  return {
    dimension,
    features: features.map(({ feature }) => feature),
    trees: readTrees(trees, allSplits(features), dimension),
    scale: trees.double(F.scale, 1),
    bias: biasOf(trees, dimension),
    ...trained(informationOf(core)),
  };
}

/** Members of a vector of scalars; `[]` when there is none. */
function numbersIn(
  table: FlatTable,
  field: number,
  size: 4 | 8,
  one: (view: DataView, at: number) => number,
): number[] {
  const view = table.vector(field, size);
  if (view === undefined) return [];
  return Array.from({ length: view.byteLength / size }, (_, i) => one(view, i * size));
}

function refuseOthers(trees: FlatTable): void {
  for (const [name, field] of [
    ["categorical", F.categories],
    ["one-hot", F.oneHot],
    ["counter", F.counters],
    ["text", F.texts],
    ["estimated", F.estimated],
    ["embedding", F.embeddings],
  ] as const)
    if ((trees.vector(field, 4)?.byteLength ?? 0) > 0)
      throw unsupported(`CatBoost models with ${name} features are not evaluated natively`);
}

interface Bordered {
  readonly feature: FloatFeature;
  readonly borders: readonly number[];
}

function featureOf(table: FlatTable): Bordered {
  const nan = NAN[table.byte(5, 0)];
  const column = table.int(2, -1);
  if (nan === undefined || column < 0 || column > 10_000_000)
    throw malformed("a feature of the CatBoost model has no place or an unknown treatment of NaN");
  const name = table.text(4);
  return {
    feature: { column, nan, name: name === "" ? undefined : name },
    borders: numbersIn(table, 3, 4, f32),
  };
}

/** The model numbers its questions: all borders of the first feature, then those of the next. */
function allSplits(features: readonly Bordered[]): Split[] {
  return features.flatMap(({ borders }, feature) => borders.map((border) => ({ feature, border })));
}

const NO_QUESTION: Split = { feature: 0, border: Infinity };

function biasOf(trees: FlatTable, dimension: number): readonly number[] {
  const many = numbersIn(trees, F.biases, 8, f64);
  if (many.length === dimension) return many;
  if (many.length > 1)
    throw malformed(`the CatBoost model has ${many.length} biases for ${dimension} dimensions`);
  const one = many[0] ?? trees.double(F.bias, 0);
  if (one !== 0 && dimension > 1) throw malformed("the CatBoost model has one bias for several dimensions");
  return [one];
}

function readTrees(table: FlatTable, questions: readonly Split[], dimension: number): Tree[] {
  const steps = numbersIn(table, F.steps, 4, u32);
  const splits = numbersIn(table, F.splits, 4, i32).map((index, at) => {
    // A node without ways onward asks nothing: its number means nothing then.
    const split = questions[index] ?? (steps[at] === 0 ? NO_QUESTION : undefined);
    if (split === undefined) throw malformed(`the CatBoost model has no question ${index}`);
    return split;
  });
  const sizes = numbersIn(table, F.sizes, 4, i32);
  if (sizes.some((size) => size < 0) || sizes.reduce((sum, size) => sum + size, 0) !== splits.length)
    throw malformed("the sizes of the CatBoost trees do not add up");
  const values = Float64Array.from(numbersIn(table, F.values, 8, f64));
  return steps.length === 0
    ? obliviousTrees(sizes, splits, values, dimension)
    : steppedTrees(sizes, splits, { steps, leaves: numbersIn(table, F.leaves, 4, u32), values }, dimension);
}

function obliviousTrees(
  sizes: readonly number[],
  splits: readonly Split[],
  values: Float64Array,
  dimension: number,
): Tree[] {
  let [split, value] = [0, 0];
  const trees = sizes.map((size) => {
    const count = 2 ** Math.min(size, 31) * dimension;
    const tree = obliviousTree(
      splits.slice(split, (split += size)),
      values.slice(value, (value += count)),
      dimension,
    );
    return tree;
  });
  if (value !== values.length) throw malformed("the CatBoost model has values of no tree");
  return trees;
}

interface Steps {
  /** Two 16-bit distances: to the left, to the right; 0 ends there. */
  readonly steps: readonly number[];
  /** Where the value of a node lies that ends. */
  readonly leaves: readonly number[];
  readonly values: Float64Array;
}

function steppedTrees(
  sizes: readonly number[],
  splits: readonly Split[],
  { steps, leaves, values }: Steps,
  dimension: number,
): Tree[] {
  if (steps.length !== splits.length || leaves.length !== splits.length)
    throw malformed("the CatBoost model has more nodes than questions");
  let start = 0;
  return sizes.map((size) => {
    const next = new Int32Array(2 * size);
    for (let node = 0; node < size; node++) {
      const step = steps[start + node] ?? 0;
      const leaf = leaves[start + node] ?? 0;
      // 2^32 - 1 says that no walk ends here; another one is a whole number of dimensions into the values.
      const end = leaf === 0xffffffff ? -1 : ~(leaf / dimension);
      for (const side of [0, 1] as const) {
        const distance = side === 0 ? step & 0xffff : step >>> 16;
        if (distance === 0 && (leaf === 0xffffffff || leaf % dimension !== 0))
          throw malformed("a walk through a CatBoost tree ends at no value");
        next[2 * node + side] = distance === 0 ? end : node + distance;
      }
    }
    return nodeTree(splits.slice(start, (start += size)), next, values, dimension);
  });
}

function informationOf(core: FlatTable): Information {
  return new Map(core.tables(2).map((pair) => [pair.text(0) ?? "", pair.text(1) ?? ""]));
}
