import { type Entry, type Evaluator } from "../core/evaluator.ts";
import { densify, floatsFor, type Matrix, type Sparse } from "../core/matrix.ts";
import { transformer } from "../core/transformer.ts";
import { badInput } from "../error.ts";
import { readScalar } from "../read/array.ts";
import { readDTypeParameter } from "../read/categories.ts";
import type { State } from "../read/state.ts";

/** Records as columns by name, or by name and text (sklearn.feature_extraction._dict_vectorizer.DictVectorizer). */
export const entry: Entry = {
  classes: ["sklearn.feature_extraction._dict_vectorizer.DictVectorizer"],
  build(state: State): Evaluator {
    const columns = readColumns(state);
    const separator = state.string("separator");
    const dtype = readDTypeParameter(state, "dtype");
    if (dtype !== "float64" && dtype !== "float32") throw state.unsupported("dtype", `is ${dtype}`);
    const sparse = state.bool("sparse");
    return transformer(state, { className: state.shortName }, (x): Matrix => {
      if (x.kind !== "table" || x.records === undefined) throw badInput("DictVectorizer takes records");
      if (x.records.length === 0) throw badInput("Sample sequence X is empty.");
      const out = collect(x.records, columns, separator, dtype);
      return sparse ? out : densify(out);
    });
  },
};

function readColumns(state: State): ReadonlyMap<string, number> {
  const entries = state.dict("vocabulary_");
  return new Map(
    [...entries].map(([name, value]) => {
      const at = readScalar(value, state.where("vocabulary_"));
      if (typeof at !== "number" || !Number.isInteger(at) || at < 0 || at >= entries.size)
        throw state.malformed(
          "vocabulary_",
          `gives ${JSON.stringify(name.slice(0, 40))} column ${String(at)}`,
        );
      return [name, at];
    }),
  );
}

type Entries = [column: number, value: number][];

function collect(
  records: readonly Readonly<Record<string, unknown>>[],
  columns: ReadonlyMap<string, number>,
  separator: string,
  dtype: "float64" | "float32",
): Sparse {
  const rows = records.map((record) =>
    Object.entries(record)
      .flatMap(([name, value]) => entriesOf(name, value, columns, separator))
      .sort((a, b) => a[0] - b[0]),
  );
  const flat = rows.flat();
  const data = floatsFor(dtype, flat.length);
  data.set(flat.map(([, value]) => value));
  const indptr = new Int32Array(rows.length + 1);
  rows.forEach((row, i) => (indptr[i + 1] = indptr[i]! + row.length));
  const indices = Int32Array.from(flat, ([at]) => at);
  return { kind: "sparse", indptr, indices, data, rows: rows.length, cols: columns.size, dtype };
}

/** One value's entries: a text names a column of its own, a list of texts several. */
function entriesOf(
  name: string,
  value: unknown,
  columns: ReadonlyMap<string, number>,
  separator: string,
): Entries {
  const entriesAt = (column: string, v: number): Entries => {
    const at = columns.get(column);
    return at === undefined ? [] : [[at, v]];
  };
  if (typeof value === "string") return entriesAt(`${name}${separator}${value}`, 1);
  if (typeof value === "number") return entriesAt(name, value);
  if (typeof value === "boolean") return entriesAt(name, Number(value));
  if (value === null) return entriesAt(name, Number.NaN);
  if (!Array.isArray(value))
    throw badInput(`DictVectorizer: ${JSON.stringify(name.slice(0, 80))} is of no supported type`);
  return value.flatMap((item: unknown) => {
    if (typeof item !== "string")
      throw badInput(`DictVectorizer: ${JSON.stringify(name.slice(0, 80))} lists what is no text`);
    return entriesAt(`${name}${separator}${item}`, 1);
  });
}
