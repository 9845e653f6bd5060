import { buffer, restoreArray, typeAlias } from "../contracts/arrow.ts";
import { callables, classes, references } from "../contracts/build.ts";
import { cythonUnpickle } from "../contracts/cython.ts";
import { instance } from "../contracts/instance.ts";
import {
  block,
  blockManager,
  isBackedArray,
  isIntervalArray,
  newIndex,
  sparseIndex,
} from "../contracts/pandas.ts";
import type { AllowEntry } from "../entry.ts";

const EVIDENCE = "pandas 1.2 to 3.1";
const ARROW = "pyarrow 25";
const INDEXES =
  "Index RangeIndex MultiIndex CategoricalIndex DatetimeIndex TimedeltaIndex PeriodIndex IntervalIndex";

/**
 * Frames, series and indexes. pandas 3 gives its public names (`pandas.DataFrame`), older ones the private home.
 * Arrow arrays are text only. Left out: other Arrow types (their raw buffers refer to each other in more ways than
 * the contract follows), `pandas.read_*`, `pandas.eval`, `pandas.core.computation` (run expressions and read files).
 */
export const ENTRIES: readonly AllowEntry[] = [
  ...classes("pandas", "DataFrame Series", instance, EVIDENCE),
  ...classes("pandas.core.frame", "DataFrame", instance, EVIDENCE),
  ...classes("pandas.core.series", "Series", instance, EVIDENCE),
  ...callables("pandas.core.indexes.base", "_new_Index", newIndex, EVIDENCE),
  ...callables("pandas.core.indexes.datetimes", "_new_DatetimeIndex", newIndex, EVIDENCE),
  ...callables("pandas.core.indexes.timedeltas", "_new_TimedeltaIndex", newIndex, EVIDENCE),
  ...callables("pandas.core.indexes.interval", "_new_IntervalIndex", newIndex, EVIDENCE),
  ...references("pandas", INDEXES, EVIDENCE),
  ...[
    "base Index",
    "range RangeIndex",
    "multi MultiIndex",
    "category CategoricalIndex",
    "datetimes DatetimeIndex",
    "timedeltas TimedeltaIndex",
    "period PeriodIndex",
    "interval IntervalIndex",
    "numeric Int64Index",
    "numeric Float64Index",
  ].flatMap((pair) => {
    const [home = "", name = ""] = pair.split(" ");
    return references(`pandas.core.indexes.${home}`, name, EVIDENCE);
  }),
  ...callables("pandas._libs.internals", "_unpickle_block", block, EVIDENCE),
  ...classes("pandas.core.internals.managers", "BlockManager SingleBlockManager", blockManager, EVIDENCE),
  ...callables(
    "pandas._libs.arrays",
    "__pyx_unpickle_NDArrayBacked",
    cythonUnpickle(isBackedArray),
    EVIDENCE,
  ),
  ...callables(
    "pandas._libs.interval",
    "__pyx_unpickle_IntervalMixin",
    cythonUnpickle(isIntervalArray),
    EVIDENCE,
  ),
  ...classes("pandas.arrays", "ArrowStringArray", instance, EVIDENCE),
  ...classes("pandas.core.arrays.string_arrow", "ArrowStringArray", instance, EVIDENCE),
  ...callables("pyarrow.lib", "type_for_alias", typeAlias, ARROW),
  ...callables("pyarrow.lib", "py_buffer", buffer, ARROW),
  ...callables("pyarrow.lib", "_restore_array", restoreArray, ARROW),
  ...callables(
    "pandas._libs.tslibs.period",
    "__pyx_unpickle_PeriodMixin",
    cythonUnpickle(isBackedArray),
    EVIDENCE,
  ),
  ...callables("pandas._libs.sparse", "IntIndex", sparseIndex, EVIDENCE),
];
