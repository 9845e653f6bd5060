import type { Csr, Frame, Output, OutputTensor, Scalar } from "../data.ts";
import type { Column, Matrix, Nd, Result } from "./matrix.ts";

/** What an evaluator answers, as the caller gets it: NumPy's booleans as booleans, all other numbers as numbers. */
export function toOutput(result: Result): Output {
  if (isList(result)) return result.map(tensorOf);
  if (result.kind === "nd") return tensorOf(result);
  return matrixOutput(result);
}

/** An n-dimensional array as a tensor. */
export function tensorOf(nd: Nd): OutputTensor {
  return { data: values(nd.data, nd.dtype), shape: nd.shape, dtype: nd.dtype };
}

function isList(result: Result): result is readonly Nd[] {
  return Array.isArray(result);
}

function matrixOutput(x: Matrix): Output {
  switch (x.kind) {
    case "dense":
      if (x.names !== undefined) return denseFrame(x.names, x);
      return { data: values(x.data, x.dtype), shape: [x.rows, x.cols], dtype: x.dtype };
    case "sparse":
      return csrOutput(x);
    case "series":
      return { data: values(x.column.data, x.column.dtype), shape: [x.rows], dtype: x.column.dtype };
    case "table":
    default:
      return x.names === undefined ? tableTensor(x.columns, x.rows) : tableFrame(x.names, x.columns);
  }
}

function csrOutput(x: Extract<Matrix, { kind: "sparse" }>): Csr {
  return { indptr: x.indptr, indices: x.indices, data: x.data, shape: [x.rows, x.cols], dtype: x.dtype };
}

function values(data: ArrayLike<Scalar>, dtype: string): ArrayLike<Scalar> {
  return dtype === "bool" ? Array.from(data, Boolean) : data;
}

function tableTensor(columns: readonly Column[], rows: number): OutputTensor {
  const data: Scalar[] = [];
  for (let row = 0; row < rows; row++) {
    for (const column of columns)
      data.push(column.dtype === "bool" ? Boolean(column.data[row]) : (column.data[row] ?? null));
  }
  const dtypes = new Set(columns.map((column) => column.dtype));
  const only = dtypes.size === 1 ? columns[0]?.dtype : undefined;
  return { data, shape: [rows, columns.length], dtype: only ?? "object" };
}

function tableFrame(names: readonly string[], columns: readonly Column[]): Frame {
  const entries = columns.map((c, i): [string, ArrayLike<Scalar>] => [
    names[i] ?? `${i}`,
    values(c.data, c.dtype),
  ]);
  return {
    columns: new Map(entries),
    dtypes: Object.fromEntries(columns.map((c, i) => [names[i] ?? `${i}`, c.dtype])),
  };
}

function denseFrame(names: readonly string[], x: Extract<Matrix, { kind: "dense" }>): Frame {
  const columns = names.map((_, col): Column => {
    const data = new Float64Array(x.rows);
    for (let row = 0; row < x.rows; row++) data[row] = x.data[row * x.cols + col]!;
    return { numeric: true, data, dtype: x.dtype };
  });
  return tableFrame(names, columns);
}
