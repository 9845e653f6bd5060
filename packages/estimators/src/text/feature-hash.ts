import { floatsFor, type Sparse } from "../core/matrix.ts";
import type { NumericDType } from "../data.ts";
import { badInput } from "../error.ts";
import { murmurHash3 } from "./murmur-hash.ts";

/** How names become columns (`FeatureHasher`). */
export interface Hashing {
  readonly columns: number;
  readonly alternateSign: boolean;
  readonly dtype: NumericDType;
}

export type Feature = readonly [name: string, value: number];

const ENCODER = new TextEncoder();

/** Column and sign of a name (`sklearn.feature_extraction._hashing_fast.transform`). */
function place(name: string, { columns, alternateSign }: Hashing): readonly [column: number, sign: number] {
  if (!name.isWellFormed()) throw badInput("A text holds half a surrogate pair, which has no bytes");
  const h = murmurHash3(ENCODER.encode(name));
  const column = h === -(2 ** 31) ? (2 ** 31 - 1 - (columns - 1)) % columns : Math.abs(h) % columns;
  return [column, alternateSign && h < 0 ? -1 : 1];
}

/** Rows of named values as a sparse matrix; what falls into the same column is added up, also to zero. */
export function hashFeatures(rows: readonly Iterable<Feature>[], hashing: Hashing): Sparse {
  if (rows.length === 0) throw badInput("Cannot vectorize empty sequence.");
  const indptr = new Int32Array(rows.length + 1);
  const indices: number[] = [];
  const data: number[] = [];
  rows.forEach((row, r) => {
    const sums = new Map<number, number>();
    for (const [name, value] of row) {
      if (value === 0) continue;
      const [column, sign] = place(name, hashing);
      sums.set(column, (sums.get(column) ?? 0) + sign * value);
    }
    for (const [column, sum] of [...sums].sort((a, b) => a[0] - b[0])) {
      indices.push(column);
      data.push(sum);
    }
    indptr[r + 1] = indices.length;
  });
  const values = floatsFor(hashing.dtype, data.length);
  values.set(data);
  return {
    kind: "sparse",
    indptr,
    indices: Int32Array.from(indices),
    data: values,
    rows: rows.length,
    cols: hashing.columns,
    dtype: hashing.dtype,
  };
}
