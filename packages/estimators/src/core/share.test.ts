import { expect, test } from "vitest";
import { denseOf, type Matrix, type Result, vector } from "./matrix.ts";
import { unshared } from "./share.ts";

const data = Float64Array.of(1, 2, 3, 4);
const dense = denseOf(data, 2, 2);
const column = { numeric: true, data, dtype: "float64" } as const;
const table: Matrix = { kind: "table", rows: 4, columns: [column], names: ["a"] };
const series: Matrix = { kind: "series", rows: 4, column };
const sparse: Matrix = {
  kind: "sparse",
  rows: 1,
  cols: 4,
  indptr: Int32Array.of(0, 4),
  indices: Int32Array.of(0, 1, 2, 3),
  data,
  dtype: "float64",
};

const shared: readonly [string, Result, Matrix][] = [
  ["a matrix", dense, dense],
  ["part of a matrix", denseOf(data.subarray(2), 1, 2), dense],
  ["a vector", vector(data), dense],
  ["one of several arrays", [vector(Float64Array.of(9)), vector(data)], dense],
  ["a frame's column", table, table],
  ["a frame's column as a matrix", dense, table],
  ["texts or numbers of one dimension", series, series],
  ["a sparse matrix", sparse, sparse],
];

test.each(shared)("%s that lies in the input's memory is copied", (_what, result, input) => {
  const own = unshared(result, input);
  expect(own).toEqual(result);
  expect(buffers(own)).not.toContain(data.buffer);
});

test("what is the result's own stays as it is", () => {
  const own = denseOf(Float64Array.of(5), 1, 1);
  expect(unshared(own, dense)).toBe(own);
  const texts: Matrix = { kind: "series", rows: 1, column: { numeric: false, data: ["a"], dtype: "object" } };
  expect(unshared(texts, texts)).toBe(texts);
});

function buffers(value: unknown): unknown[] {
  if (ArrayBuffer.isView(value)) return [value.buffer];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(buffers) : [];
}
