import type { Value } from "@modelkeep/formats";
import { integersOf, shapeOfArray } from "./array-view.ts";
import {
  breach,
  changedBeyond,
  type Contract,
  constructedBy,
  countOf,
  positional,
  qualified,
  textEntries,
} from "./call.ts";
import { attributes } from "./instance.ts";

const INDEX_CLASSES: ReadonlySet<string> = new Set([
  ..."Index RangeIndex MultiIndex CategoricalIndex DatetimeIndex TimedeltaIndex PeriodIndex IntervalIndex"
    .split(" ")
    .map((name) => `pandas.${name}`),
  "pandas.core.indexes.base.Index",
  "pandas.core.indexes.range.RangeIndex",
  "pandas.core.indexes.multi.MultiIndex",
  "pandas.core.indexes.category.CategoricalIndex",
  "pandas.core.indexes.datetimes.DatetimeIndex",
  "pandas.core.indexes.timedeltas.TimedeltaIndex",
  "pandas.core.indexes.period.PeriodIndex",
  "pandas.core.indexes.interval.IntervalIndex",
  "pandas.core.indexes.numeric.Int64Index",
  "pandas.core.indexes.numeric.UInt64Index",
  "pandas.core.indexes.numeric.Float64Index",
]);

/** `_new_Index(cls, d)` of pandas/core/indexes/base.py is `cls.__new__(cls, **d)`: the class must be an index. */
export const newIndex: Contract = (call) => {
  const [cls, arguments_, ...rest] = positional(call) ?? [];
  const name = qualified(cls) ?? "";
  if (!INDEX_CLASSES.has(name)) return breach(call, "makes something that is no index");
  const keywords = textEntries(arguments_);
  if (keywords === undefined || rest.length > 0)
    return breach(call, "takes a class and a dict of keyword arguments");
  const changed = changedBeyond(call);
  if (changed !== undefined) return changed;
  return name.endsWith("MultiIndex") ? multiIndexCodes(call, keywords) : undefined;
};

/** pandas skips its own check here, and codes index the levels in native code. */
function multiIndexCodes(
  call: Parameters<Contract>[0],
  keywords: ReadonlyMap<string, Value>,
): ReturnType<Contract> {
  const levels = itemsOf(keywords.get("levels"));
  const codes = itemsOf(keywords.get("codes") ?? keywords.get("labels"));
  if (levels === undefined || codes?.length !== levels.length)
    return breach(call, "has another number of codes than of levels");
  for (const [i, level] of levels.entries()) {
    const size = indexLength(level);
    const numbers = integersOf(codes[i]);
    if (numbers === undefined) return breach(call, "has codes that are no integers");
    for (let at = 0; at < numbers.length; at++) {
      const code = numbers.at(at);
      if (code < -1 || (size !== undefined && code >= size))
        return breach(call, "has a code outside its level");
    }
  }
  return undefined;
}

function itemsOf(value: Value | undefined): readonly Value[] | undefined {
  return value?.kind === "list" || value?.kind === "tuple" ? value.items : undefined;
}

/** How many values an index holds; `undefined` when its data is none whose length is plain to see. */
function indexLength(index: Value): number | undefined {
  const keywords = index.kind === "call" ? textEntries(positional(index)?.[1]) : undefined;
  return shapeOfArray(keywords?.get("data"))?.[0];
}

/** `_unpickle_block(values, placement, dimensions)` and `BlockManager(blocks, axes)`: plain data in plain places. */
export const block: Contract = (call) => {
  const [values, placement, dimensions, ...rest] = positional(call) ?? [];
  const array = values?.kind === "call" || values?.kind === "array";
  const placed = placement?.kind === "call" || placement?.kind === "array";
  const good = array && placed && rest.length === 0 && (countOf(dimensions) ?? 3) <= 2;
  return good ? changedBeyond(call) : breach(call, "takes values, a placement and one or two dimensions");
};

export const blockManager: Contract = (call) => {
  const items = positional(call);
  if (items === undefined || (items.length !== 0 && items.length !== 2))
    return breach(call, "takes blocks and axes");
  const [blocks, axes] = items;
  const listed = items.length === 0 || (itemsOf(blocks) !== undefined && itemsOf(axes) !== undefined);
  if (!listed) return breach(call, "takes blocks and axes");
  const changed = changedBeyond(call, "states");
  if (changed !== undefined) return changed;
  const [state] = call.states;
  const known =
    state === undefined || (state.kind === "tuple" && state.items.length >= 3 && state.items.length <= 4);
  return known ? undefined : attributes(call);
};

const BACKED: ReadonlySet<string> = new Set([
  "pandas.Categorical",
  "pandas.arrays.DatetimeArray",
  "pandas.arrays.TimedeltaArray",
  "pandas.arrays.PeriodArray",
  "pandas.core.arrays.categorical.Categorical",
  "pandas.core.arrays.datetimes.DatetimeArray",
  "pandas.core.arrays.timedeltas.TimedeltaArray",
  "pandas.core.arrays.period.PeriodArray",
  "pandas.arrays.StringArray",
  "pandas.core.arrays.string_.StringArray",
]);

/** Whether Cython's `__pyx_unpickle_NDArrayBacked` may restore a class. */
export function isBackedArray(module: string, name: string): boolean {
  return BACKED.has(`${module}.${name}`);
}

/** Whether Cython's `__pyx_unpickle_IntervalMixin` may restore a class. */
export function isIntervalArray(module: string, name: string): boolean {
  return ["pandas.arrays.IntervalArray", "pandas.core.arrays.interval.IntervalArray"].includes(
    `${module}.${name}`,
  );
}

/** Scalars and offsets: numbers, texts, zones and offsets; nothing that is called. */
export const scalarValue: Contract = (call) => {
  const items = positional(call);
  const good = items !== undefined && items.length <= 8 && items.every(isScalarPart);
  return good
    ? (changedBeyond(call, "states") ?? attributes(call))
    : breach(call, "takes numbers, texts, offsets and zones only");
};

const SCALAR_PARTS =
  /^(pandas\._libs\.tslibs\.|datetime\.|pytz\.|dateutil\.tz\.|numpy\.(_core|core)\.multiarray\.scalar$|pandas\.(Timestamp|Timedelta|Period|Interval)$)/;

function isScalarPart(value: Value): boolean {
  if (value.kind === "call") return SCALAR_PARTS.test(constructedBy(value) ?? "");
  if (value.kind === "global") return value.name === "NA";
  return ["none", "bool", "int", "float", "str", "bytes"].includes(value.kind);
}

/** `IntIndex(length, indices)` of sparse columns: pandas checks the indices itself. */
export const sparseIndex: Contract = (call) => {
  const [length, indices, ...rest] = positional(call) ?? [];
  const good = countOf(length) !== undefined && integersOf(indices) !== undefined && rest.length <= 1;
  return good ? changedBeyond(call) : breach(call, "takes a length and indices");
};
