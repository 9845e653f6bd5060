import { keyOf } from "../core/categories.ts";
import { columnAt } from "../core/columns.ts";
import { isNumeric } from "../core/dtype.ts";
import { type Entry, type Evaluator } from "../core/evaluator.ts";
import { readClasses } from "../core/labels.ts";
import {
  type Cell,
  type Column,
  columnsOf,
  denseOf,
  type Matrix,
  type Nd,
  type Result,
  sparsify,
  vector,
} from "../core/matrix.ts";
import type { DType, NumericDType } from "../data.ts";
import { badInput } from "../error.ts";
import type { State } from "../read/state.ts";

const MODULE = "sklearn.preprocessing._label";

/** Targets as numbers (sklearn.preprocessing._label). */
export const entry: Entry = {
  classes: [`${MODULE}.LabelEncoder`, `${MODULE}.LabelBinarizer`, `${MODULE}.MultiLabelBinarizer`],
  build(state: State): Evaluator {
    const classes = readClasses(state);
    const codes = new Map(Array.from(classes.data, (label, code): [Cell, number] => [keyOf(label), code]));
    if (codes.size !== classes.data.length) throw state.malformed("classes_", "has a label twice");
    const plan = { classes, codes };
    const features = { className: state.shortName };
    return { className: state.className, features, methods: { transform: transformOf(state, plan) } };
  },
};

interface Plan {
  readonly classes: Nd;
  readonly codes: ReadonlyMap<Cell, number>;
}

function transformOf(state: State, plan: Plan): (x: Matrix) => Result {
  if (state.shortName === "LabelEncoder") return (x) => encode(labelsOf(x, plan), plan);
  if (state.shortName === "MultiLabelBinarizer") {
    const sparse = state.bool("sparse_output");
    return (x) => indicator(x, plan, sparse);
  }
  const type = state.string("y_type_");
  if (type !== "binary" && type !== "multiclass")
    throw state.unsupported("y_type_", `is ${JSON.stringify(type.slice(0, 40))}`);
  const binarize = {
    negative: state.int("neg_label", -(2 ** 31), 2 ** 31),
    positive: state.int("pos_label", -(2 ** 31), 2 ** 31),
    sparse: state.bool("sparse_output"),
    keepsInteger: state.version >= 108,
  };
  if (
    binarize.negative >= binarize.positive ||
    (binarize.sparse && (binarize.positive === 0 || binarize.negative !== 0))
  )
    throw state.malformed("neg_label", "and pos_label do not go together");
  return (x) => binarized(labelsOf(x, plan), plan, binarize);
}

/** One label a row, in the kind of the classes: mixing kinds means something else to each release. */
function labelsOf(x: Matrix, { classes }: Plan): Column {
  if (x.kind === "sparse" || (x.kind !== "series" && columnsOf(x) !== 1))
    throw badInput("y should be a 1d array");
  const column = x.kind === "series" ? x.column : columnAt(x, 0);
  const wanted = kindOf(classes.dtype);
  if (kindOf(column.dtype) !== wanted)
    throw badInput(`y holds ${column.dtype}, the classes are ${classes.dtype}`);
  const text = Array.from<Cell>(classes.data).every((label) => typeof label === "string");
  for (const cell of column.data) {
    if (wanted === "text" && typeof cell !== (text ? "string" : typeof cell))
      throw badInput("y holds a label that is no text, where the classes are text");
    if (cell === null || Number.isNaN(cell)) throw badInput("y holds a label that is missing");
    if (
      wanted === "number" &&
      classes.dtype !== "float64" &&
      classes.dtype !== "float32" &&
      !Number.isInteger(cell)
    )
      throw badInput(`y holds ${String(cell)}, where the classes are whole numbers`);
  }
  return column;
}

function kindOf(dtype: DType): "number" | "bool" | "text" {
  if (dtype === "bool") return "bool";
  return isNumeric(dtype) ? "number" : "text";
}

function codesOf(column: Column, { codes }: Plan): (number | undefined)[] {
  return Array.from<Cell, number | undefined>(column.data, (cell) => codes.get(keyOf(cell)));
}

function encode(column: Column, plan: Plan): Nd {
  if (column.data.length === 0) return vector(new Float64Array(0));
  const codes = codesOf(column, plan).map((code, row): number => {
    if (code !== undefined) return code;
    throw badInput(
      `y contains previously unseen labels: ${JSON.stringify(String(column.data[row]).slice(0, 80))}`,
    );
  });
  return vector(Float64Array.from(codes), "int64");
}

interface Binarize {
  readonly negative: number;
  readonly positive: number;
  readonly sparse: boolean;
  /** Since 1.8 targets of a signed integer type keep their type. */
  readonly keepsInteger: boolean;
}

/** `label_binarize`: a column for each class, or the second alone where there are two. */
function binarized(column: Column, plan: Plan, how: Binarize): Matrix {
  const rows = column.data.length;
  if (rows === 0) throw badInput("y has 0 samples");
  if (column.numeric && column.dtype.startsWith("float") && !column.data.every(Number.isInteger))
    throw badInput("continuous target data is not supported with label binarization");
  const dtype = integerType(column, how);
  const n = plan.classes.data.length;
  const binary = new Set(Array.from<Cell, Cell>(column.data, keyOf)).size <= 2;
  const fill = (size: number): Float64Array => new Float64Array(size).fill(how.negative);
  if (binary && n === 1) {
    const all = denseOf(how.sparse ? new Float64Array(rows) : fill(rows), rows, 1, dtype);
    return how.sparse ? sparsify(all) : all;
  }
  const out = fill(rows * n);
  codesOf(column, plan).forEach((code, row) => {
    if (code !== undefined) out[row * n + code] = how.positive;
  });
  const last = binary && n === 2;
  const data = last ? Float64Array.from({ length: rows }, (_, row) => out[row * n + 1]!) : out;
  const dense = denseOf(data, rows, last ? 1 : n, dtype);
  return how.sparse ? { ...sparsify(dense), dtype: "int64" } : dense;
}

function integerType(column: Column, how: Binarize): NumericDType {
  if (!how.keepsInteger || !column.numeric) return "int64";
  if (column.dtype.startsWith("uint"))
    throw badInput(`LabelBinarizer of ${column.dtype} differs between releases: pass int64`);
  return column.dtype.startsWith("int") ? column.dtype : "int64";
}

/** Several labels a row: the cells of a table's row, or the characters of a text. Unknown ones are left out. */
function indicator(x: Matrix, plan: Plan, sparse: boolean): Matrix {
  if (x.kind === "sparse") throw badInput("MultiLabelBinarizer takes lists of labels");
  const n = plan.classes.data.length;
  const out = new Float64Array(x.rows * n);
  for (let row = 0; row < x.rows; row++) {
    for (const label of rowLabels(x, row)) {
      if (label === null || Number.isNaN(label)) throw badInput("MultiLabelBinarizer: a label is missing");
      const code = plan.codes.get(keyOf(label));
      if (code !== undefined) out[row * n + code] = 1;
    }
  }
  const dense = denseOf(out, x.rows, n, "int64");
  return sparse ? sparsify(dense) : dense;
}

function rowLabels(x: Exclude<Matrix, { kind: "sparse" }>, row: number): Iterable<Cell> {
  if (x.kind === "dense") return x.data.subarray(row * x.cols, (row + 1) * x.cols);
  if (x.kind === "table") {
    if (x.names !== undefined) throw badInput("MultiLabelBinarizer of a frame would read its column names");
    return x.columns.map((column) => column.data[row] ?? null);
  }
  const cell = x.column.data[row];
  if (typeof cell !== "string") throw badInput("MultiLabelBinarizer takes lists of labels");
  return cell;
}
