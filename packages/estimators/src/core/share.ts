import type { Column, Matrix, Nd, Result } from "./matrix.ts";

/** The result with copies in place of arrays that lie in the input's memory, as a step that passes its input on gives. */
export function unshared(result: Result, input: Matrix): Result {
  const taken = new Set<unknown>();
  for (const column of arraysOf(input)) if (ArrayBuffer.isView(column)) taken.add(column.buffer);
  if (taken.size === 0) return result;
  const own = <T>(data: T): T =>
    ((data instanceof Float64Array || data instanceof Float32Array) && taken.has(data.buffer)
      ? data.slice()
      : data) as T;
  if (!("kind" in result)) return result.map((nd): Nd => ({ ...nd, data: own(nd.data) }));
  return mapArrays(result, own);
}

function arraysOf(x: Matrix): readonly unknown[] {
  switch (x.kind) {
    case "table":
      // Columns of records were made here, and are made only when somebody asks for them.
      return x.records === undefined ? x.columns.map((column) => column.data) : [];
    case "series":
      return [x.column.data];
    case "dense":
    case "sparse":
      break;
  }
  return [x.data];
}

function mapArrays(x: Matrix | Nd, own: <T>(data: T) => T): Matrix | Nd {
  const column = (one: Column): Column => ({ ...one, data: own(one.data) }) as Column;
  switch (x.kind) {
    case "table":
      return { ...x, columns: x.columns.map(column) };
    case "series":
      return { ...x, column: column(x.column) };
    case "dense":
    case "sparse":
    case "nd":
      break;
  }
  const data = own(x.data);
  return data === x.data ? x : ({ ...x, data } as Matrix | Nd);
}
