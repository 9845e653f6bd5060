import type { NumericDType } from "../data.ts";
import type { Value } from "@modelkeep/formats/value";
import { malformed, unsupported } from "../error.ts";
import { readNumbers, type Numbers } from "./array.ts";
import { asInstance, type State } from "./state.ts";

/** Samples that a model keeps: `rows × cols`, row-major, every value held exactly. */
export interface Points {
  readonly data: Float64Array;
  readonly rows: number;
  readonly cols: number;
  readonly dtype: NumericDType;
  /** They were a sparse matrix, and are dense here. */
  readonly sparse: boolean;
}

/** Sparse samples are held dense: so many numbers at most. */
const MAX_DENSE = 2 ** 26;

/** `scipy.sparse` keeps its classes in modules with an underscore since 1.8. */
const SPARSE = /^scipy\.sparse\._?(?<format>cs[rc])\.cs[rc]_(?:matrix|array)$/u;

/**
 * Samples as a dense array, or as a CSR or CSC matrix.
 * @param cols number of columns that they must have
 * @throws {EstimatorError} `malformed` for anything else, or for shapes that contradict themselves
 */
export function readPoints(state: State, name: string, cols?: number): Points {
  const points = pointsOf(state.value(name), state.where(name));
  if (points.rows < 1 || points.cols < 1) throw state.malformed(name, "is empty");
  if (cols !== undefined && points.cols !== cols)
    throw state.malformed(name, `has ${points.cols} columns, not ${cols}`);
  return points;
}

/** The same of a value. */
export function pointsOf(value: Value, where: string): Points {
  const sparse = asSparse(value, where);
  if (sparse !== undefined) return sparse;
  const { data, shape, dtype } = readNumbers(value, where);
  const [rows, cols] = shape;
  if (rows === undefined || cols === undefined || shape.length !== 2)
    throw malformed(`${where} has ${shape.length} dimensions, not 2`);
  return { data, rows, cols, dtype, sparse: false };
}

function asSparse(value: Value, where: string): Points | undefined {
  const instance = asInstance(value, where);
  const format = SPARSE.exec(instance?.className ?? "")?.groups?.["format"];
  if (instance === undefined || format === undefined) return undefined;
  const field = (name: string): Numbers => {
    const found = instance.attributes.get(name);
    if (found === undefined) throw malformed(`${where} has no ${name}`);
    return readNumbers(found, `${where}.${name}`);
  };
  const [rows, cols] = field("_shape").data;
  if (rows === undefined || cols === undefined || !isCount(rows) || !isCount(cols))
    throw malformed(`${where} has an impossible shape`);
  if (rows * cols > MAX_DENSE)
    throw unsupported(`${where} has ${rows} × ${cols} sparse cells, more than are held natively`);
  const parts = { data: field("data"), indices: field("indices").data, indptr: field("indptr").data };
  const major = format === "csr" ? rows : cols;
  checkSparse(parts, major, format === "csr" ? cols : rows, where);
  const [step, stride] = format === "csr" ? [cols, 1] : [1, cols];
  return { data: fill(parts, rows * cols, step, stride), rows, cols, dtype: parts.data.dtype, sparse: true };
}

function isCount(n: number): boolean {
  return Number.isSafeInteger(n) && n >= 0;
}

interface Compressed {
  readonly data: Numbers;
  readonly indices: Float64Array;
  readonly indptr: Float64Array;
}

function checkSparse(
  { data, indices, indptr }: Compressed,
  major: number,
  minor: number,
  where: string,
): void {
  const entries = indptr[major] ?? -1;
  const ordered = indptr.every((at, i) => isCount(at) && at >= (indptr[i - 1] ?? 0));
  if (indptr.length !== major + 1 || indptr[0] !== 0 || !ordered)
    throw malformed(`${where}.indptr is out of order`);
  if (entries > indices.length || entries > data.data.length)
    throw malformed(`${where} lacks some of its entries`);
  for (let k = 0; k < entries; k++) {
    const i = indices[k]!;
    if (!isCount(i) || i >= minor) throw malformed(`${where}.indices[${k}] is out of range`);
  }
}

/** Entries given twice are summed, as SciPy does. */
function fill(
  { data, indices, indptr }: Compressed,
  size: number,
  step: number,
  stride: number,
): Float64Array {
  const out = new Float64Array(size);
  for (let i = 0; i + 1 < indptr.length; i++) {
    for (let k = indptr[i]!; k < indptr[i + 1]!; k++) out[i * step + indices[k]! * stride]! += data.data[k]!;
  }
  return out;
}
