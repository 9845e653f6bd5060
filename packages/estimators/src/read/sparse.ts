import type { Value } from "@modelkeep/formats/value";
import type { Sparse } from "../core/matrix.ts";
import { malformed } from "../error.ts";
import { readNumbers } from "./array.ts";
import { asInstance } from "./state.ts";

/** Rows or columns: more than any fitted matrix has, few enough to index. */
const MAX_SIDE = 2 ** 26;

const CLASS = /^scipy\.sparse\._?(csr|csc)\.(?:csr|csc)_(?:matrix|array)$/u;

/** Whether the value is one of SciPy's sparse matrices. */
export function isSparse(value: Value): boolean {
  return asInstance(value, "")?.className.startsWith("scipy.sparse.") === true;
}

/**
 * A matrix of SciPy's in compressed rows or columns, as compressed rows.
 * @throws {EstimatorError} `malformed` for another class, or for indices that point outside
 */
export function readSparse(value: Value, where: string): Sparse {
  const instance = asInstance(value, where);
  const format = instance === undefined ? undefined : CLASS.exec(instance.className)?.[1];
  if (instance === undefined || format === undefined)
    throw malformed(`${where} is no csr or csc matrix of SciPy's`);
  const part = (name: string): ReturnType<typeof readNumbers> => {
    const found = instance.attributes.get(name);
    if (found === undefined) throw malformed(`${where}.${name} is missing`);
    return readNumbers(found, `${where}.${name}`);
  };
  const [rows, cols] = part("_shape").data;
  const data = part("data");
  const indices = Int32Array.from(part("indices").data);
  const indptr = Int32Array.from(part("indptr").data);
  const possible = (n: number | undefined): n is number => Number.isInteger(n) && n! >= 0 && n! <= MAX_SIDE;
  if (!possible(rows) || !possible(cols)) throw malformed(`${where}._shape is impossible`);
  const [major, minor] = format === "csr" ? [rows, cols] : [cols, rows];
  checkIndices({ indptr, indices, count: data.data.length }, major, minor, where);
  const matrix: Sparse = {
    kind: "sparse",
    indptr,
    indices,
    data: data.dtype === "float32" ? Float32Array.from(data.data) : data.data,
    rows: major,
    cols: minor,
    dtype: data.dtype,
  };
  return format === "csr" ? matrix : transposeSparse(matrix);
}

function checkIndices(
  { indptr, indices, count }: { indptr: Int32Array; indices: Int32Array; count: number },
  major: number,
  minor: number,
  where: string,
): void {
  const ordered = indptr.every((at, i) => (i === 0 ? at === 0 : at >= indptr[i - 1]!));
  const inside = indices.every((at) => at >= 0 && at < minor);
  if (
    !ordered ||
    !inside ||
    indptr.length !== major + 1 ||
    indptr.at(-1) !== count ||
    indices.length !== count
  )
    throw malformed(`${where} points outside of itself`);
}

/** Rows and columns exchanged; entries of a row come out in ascending order of column. */
export function transposeSparse(x: Sparse): Sparse {
  const indptr = new Int32Array(x.cols + 1);
  for (const col of x.indices) indptr[col + 1]!++;
  for (let i = 0; i < x.cols; i++) indptr[i + 1]! += indptr[i]!;
  const next = indptr.slice();
  const indices = new Int32Array(x.indices.length);
  const data = x.data.slice();
  for (let row = 0; row < x.rows; row++) {
    for (let k = x.indptr[row]!; k < x.indptr[row + 1]!; k++) {
      const at = next[x.indices[k]!]!++;
      indices[at] = row;
      data[at] = x.data[k]!;
    }
  }
  return { ...x, indptr, indices, data, rows: x.cols, cols: x.rows };
}
