import { badInput } from "../error.ts";
import { checkFinite } from "./check.ts";
import type { Cell, Column } from "./matrix.ts";

/** Python's equality of scalars as one key: `1 == 1.0 == True`, all NaN are one category, None is another. */
export function keyOf(cell: Cell): Cell {
  if (typeof cell === "boolean") return cell ? 1 : 0;
  if (typeof cell === "number") return cell === 0 ? 0 : cell;
  return cell;
}

/** The categories of one column, looked up by value. `Map` treats NaN as equal to itself, as the encoders do. */
export interface Categories {
  readonly values: readonly Cell[];
  readonly codes: ReadonlyMap<Cell, number>;
  /** Fitted on objects or text: the library fails on a column of numbers then. */
  readonly text: boolean;
}

export function categoriesOf(values: readonly Cell[], text: boolean): Categories {
  const codes = new Map<Cell, number>();
  values.forEach((value, code) => {
    if (!codes.has(keyOf(value))) codes.set(keyOf(value), code);
  });
  return { values, codes, text };
}

export const UNKNOWN = -1;

/** The code of each value, UNKNOWN (-1) for one that is no category. */
export function encode(column: Column, categories: Categories): Int32Array {
  if (column.numeric && categories.text)
    throw badInput("numbers are given where the encoder was fitted on objects or text");
  if (column.numeric) checkFinite(column.data, "The encoder", true, column.dtype);
  const codes = new Int32Array(column.data.length);
  for (let i = 0; i < codes.length; i++)
    codes[i] = categories.codes.get(keyOf(column.data[i] ?? null)) ?? UNKNOWN;
  return codes;
}

/** scikit-learn's error for the values that `encode` did not know. */
export function unknownError(column: Column, codes: Int32Array, col: number): Error {
  const unknown = new Set<Cell>();
  codes.forEach((code, i) => {
    if (code === UNKNOWN && unknown.size < 5) unknown.add(column.data[i] ?? null);
  });
  const shown = [...unknown].map(
    (cell) => JSON.stringify(typeof cell === "bigint" ? `${cell}` : cell) ?? "nan",
  );
  return badInput(`Found unknown categories [${shown.join(", ")}] in column ${col} during transform`);
}
