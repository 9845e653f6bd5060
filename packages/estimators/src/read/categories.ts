import { type Categories, categoriesOf } from "../core/categories.ts";
import { isNumeric } from "../core/dtype.ts";
import type { NumericDType } from "../data.ts";
import { readCells, readNumbers } from "./array.ts";
import { type State } from "./state.ts";

/** `categories_`: one array for each column. */
export function readCategories(state: State): Categories[] {
  return state.items("categories_").map((value, i) => {
    const { data, shape, dtype } = readCells(value, `${state.where("categories_")}[${i}]`);
    if (shape.length !== 1 || data.length === 0)
      throw state.malformed(`categories_[${i}]`, "is no list of categories");
    return categoriesOf(data, !isNumeric(dtype));
  });
}

/** Rare categories that are encoded as one (`min_frequency`, `max_categories`; since 1.1, ordinal since 1.3). */
export interface Infrequent {
  /** From code to code after grouping; undefined where a column groups nothing. */
  readonly mappings: readonly (Int32Array | undefined)[];
  /** The first rare category of each column, which unknown values join. */
  readonly first: readonly (number | undefined)[];
}

export function readInfrequent(state: State, categories: readonly Categories[]): Infrequent | undefined {
  if (!state.boolOr("_infrequent_enabled", false)) return undefined;
  const onehot = state.shortName === "OneHotEncoder";
  const mappings = columnArrays(state, "_default_to_infrequent_mappings", categories.length);
  mappings.forEach((mapping, i) => {
    // An ordinal encoder's missing category is its last, and is left out of the grouping.
    const count = categories[i]?.values.length ?? 0;
    if (mapping !== undefined && mapping.length !== count && (onehot || mapping.length !== count - 1)) {
      throw state.malformed(`_default_to_infrequent_mappings[${i}]`, "does not map every category");
    }
    if (mapping?.some((code) => code < 0 || code >= mapping.length)) {
      throw state.malformed(`_default_to_infrequent_mappings[${i}]`, "maps out of range");
    }
  });
  const first = columnArrays(state, "_infrequent_indices", categories.length).map((indices) => indices?.[0]);
  first.forEach((index, i) => {
    if (index !== undefined && (index < 0 || index >= (categories[i]?.values.length ?? 0))) {
      throw state.malformed(`_infrequent_indices[${i}]`, "is out of range");
    }
  });
  return { mappings, first };
}

function columnArrays(state: State, name: string, columns: number): (Int32Array | undefined)[] {
  const items = state.items(name);
  if (items.length !== columns) throw state.malformed(name, `is for ${items.length} columns, not ${columns}`);
  return items.map((value, i) =>
    value.kind === "none"
      ? undefined
      : Int32Array.from(readNumbers(value, `${state.where(name)}[${i}]`).data),
  );
}

const BUILTIN: ReadonlyMap<string, NumericDType> = new Map([
  ["float", "float64"],
  ["int", "int64"],
  ["bool", "bool"],
  ["bool_", "bool"],
  ["intp", "int64"],
]);

/** A `dtype=` parameter: NumPy's or Python's type by name. */
export function readDTypeParameter(state: State, name: string): NumericDType {
  const value = state.value(name);
  const text = value.kind === "global" ? value.name : value.kind === "str" ? value.value : "";
  const known =
    value.kind === "global" && !["numpy", "builtins", "__builtin__"].includes(value.module)
      ? undefined
      : text;
  const dtype = BUILTIN.get(known ?? "") ?? known;
  if (dtype === undefined || !isNumericName(dtype)) throw state.unsupported(name, `is ${text || value.kind}`);
  return dtype;
}

function isNumericName(name: string): name is NumericDType {
  return isNumeric(name as NumericDType);
}
