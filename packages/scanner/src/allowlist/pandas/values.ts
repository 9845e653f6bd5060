import { callables, classes, references, types } from "../contracts/build.ts";
import { instance } from "../contracts/instance.ts";
import { scalarValue } from "../contracts/pandas.ts";
import type { AllowEntry } from "../entry.ts";

const EVIDENCE = "pandas 1.2 to 3.1";
const INTEGER_TYPES =
  "Int8Dtype Int16Dtype Int32Dtype Int64Dtype UInt8Dtype UInt16Dtype UInt32Dtype UInt64Dtype";
const FLOAT_TYPES = "Float32Dtype Float64Dtype";
const OFFSETS =
  "BusinessDay Day Hour Minute Second Milli Micro Nano Week MonthBegin MonthEnd QuarterBegin QuarterEnd YearBegin YearEnd BusinessMonthEnd BusinessMonthBegin";

/** Column types, extension arrays and scalars. */
export const ENTRIES: readonly AllowEntry[] = [
  // Selectors of columns take these classes as they are.
  ...types(
    "pandas",
    `${INTEGER_TYPES} ${FLOAT_TYPES} BooleanDtype CategoricalDtype DatetimeTZDtype IntervalDtype SparseDtype`,
    instance,
    EVIDENCE,
  ),
  ...classes("pandas.core.arrays.integer", `${INTEGER_TYPES} IntegerArray`, instance, EVIDENCE),
  ...classes("pandas.core.arrays.floating", `${FLOAT_TYPES} FloatingArray`, instance, EVIDENCE),
  ...classes("pandas.core.arrays.boolean", "BooleanArray BooleanDtype", instance, EVIDENCE),
  ...classes("pandas.core.arrays.string_", "StringArray", instance, EVIDENCE),
  ...classes("pandas.core.arrays.sparse.array", "SparseArray", instance, EVIDENCE),
  ...classes("pandas.core.arrays.sparse.dtype", "SparseDtype", instance, EVIDENCE),
  ...classes("pandas.core.arrays.categorical", "Categorical", instance, EVIDENCE),
  ...classes("pandas.core.arrays.datetimes", "DatetimeArray", instance, EVIDENCE),
  ...classes("pandas.core.arrays.timedeltas", "TimedeltaArray", instance, EVIDENCE),
  ...classes("pandas.core.arrays.period", "PeriodArray", instance, EVIDENCE),
  ...classes("pandas.core.arrays.interval", "IntervalArray", instance, EVIDENCE),
  ...classes(
    "pandas.arrays",
    "BooleanArray FloatingArray IntegerArray SparseArray StringArray",
    instance,
    EVIDENCE,
  ),
  ...references("pandas.arrays", "DatetimeArray IntervalArray PeriodArray TimedeltaArray", EVIDENCE),
  ...references("pandas", "Categorical NA", EVIDENCE),
  ...references("pandas._libs.missing", "NA", EVIDENCE),
  ...classes(
    "pandas.core.dtypes.dtypes",
    "CategoricalDtype DatetimeTZDtype IntervalDtype SparseDtype",
    instance,
    EVIDENCE,
  ),
  ...classes("pandas.core.dtypes.dtypes", "PeriodDtype", scalarValue, EVIDENCE),
  ...classes("pandas", "PeriodDtype StringDtype Interval Period", scalarValue, EVIDENCE),
  ...classes("pandas.core.arrays.string_", "StringDtype", scalarValue, EVIDENCE),
  ...classes("pandas._libs.interval", "Interval", scalarValue, EVIDENCE),
  ...classes("pandas._libs.tslibs.period", "Period", scalarValue, EVIDENCE),
  ...classes("pandas._libs.tslibs.offsets", OFFSETS, scalarValue, EVIDENCE),
  ...callables("pandas._libs.tslibs.nattype", "_nat_unpickle __nat_unpickle", scalarValue, EVIDENCE),
  ...callables("pandas._libs.tslibs.timedeltas", "_timedelta_unpickle", scalarValue, EVIDENCE),
  ...callables("pandas._libs.tslibs.timestamps", "_unpickle_timestamp", scalarValue, EVIDENCE),
  ...classes("pandas._libs.tslibs.timedeltas", "Timedelta", scalarValue, EVIDENCE),
  ...classes("pandas._libs.tslibs.timestamps", "Timestamp", scalarValue, EVIDENCE),
  ...callables("pytz", "_UTC _p FixedOffset", scalarValue, EVIDENCE),
  ...references("pandas.core.dtypes.missing", "isna notna", EVIDENCE),
  ...references("pandas", "isna notna to_datetime to_numeric get_dummies", EVIDENCE),
  ...references("pandas.core.tools.datetimes", "to_datetime", EVIDENCE),
  ...references("pandas.core.tools.numeric", "to_numeric", EVIDENCE),
  ...references("pandas.core.reshape.reshape", "get_dummies", EVIDENCE),
  ...references("pandas.core.reshape.encoding", "get_dummies", EVIDENCE),
];
