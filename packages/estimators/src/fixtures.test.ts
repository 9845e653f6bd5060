import { readdirSync, readFileSync } from "node:fs";
import { bufferSource } from "@modelkeep/bytes";
import { readModelGraph } from "@modelkeep/formats/model-graph";
import { describe, expect, test } from "vitest";
import { type Input, isMethod, type Method, type Output } from "./data.ts";
import { EstimatorError } from "./error.ts";
import { loadBoosterFile, loadModel, type NativeModel } from "./load.ts";

type Json = string | number | boolean | null;
interface Dumped {
  readonly list?: readonly Dumped[];
  readonly shape: number[];
  readonly data: Json[];
  readonly dtype: string;
  readonly indptr?: number[];
  readonly indices?: number[];
  readonly columns?: [string, Json[], "float64" | "object"][];
  readonly texts?: string[];
  readonly records?: Record<string, Json>[];
  readonly error?: string;
}
interface Case {
  readonly inputs: Dumped[];
  readonly expected: Record<string, Dumped>[];
}

const root = new URL("../fixtures/", import.meta.url);
const cases = readdirSync(root, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .flatMap(({ name: version }) =>
    readdirSync(new URL(`${version}/`, root)).map((name) => ({ version, name })),
  );

describe.each(cases)("$version: $name", ({ version, name }) => {
  const folder = new URL(`${version}/${name}/`, root);
  const { inputs, expected } = JSON.parse(readFileSync(new URL("case.json", folder), "utf8")) as Case;
  const model = read(folder);

  test("answers what the library answers", () => {
    inputs.forEach((input, i) => {
      for (const [method, want] of Object.entries(expected[i] ?? {})) {
        expect(isMethod(method) && model.methods.includes(method)).toBe(true);
        compare(model, method as Method, toInput(input), want);
      }
    });
  });
});

test("there are fixtures of three releases of scikit-learn and of two of the boosters", () => {
  const versions = [...new Set(cases.map(({ version }) => version))];
  expect(versions.filter((version) => /^\d/u.test(version))).toHaveLength(3);
  expect(versions.filter((version) => version.startsWith("xgboost"))).toHaveLength(2);
});

function read(folder: URL): NativeModel {
  const file = readdirSync(folder).find((name) => name.startsWith("model."));
  if (file === undefined) throw new Error(`no model in ${folder.pathname}`);
  const source = bufferSource(readFileSync(new URL(file, folder)), file);
  if (/\.(?:ubj|json)$/u.test(file)) return loadBoosterFile(source, "xgboost.core.Booster");
  if (file.endsWith(".lgb")) return loadBoosterFile(source, "lightgbm.basic.Booster");
  const graph = readModelGraph(source);
  if (graph === undefined) throw new Error(`${file} is not explained`);
  return loadModel(graph.root);
}

test.each(cases)("$version: $name leaves its input as it was", ({ version, name }) => {
  const folder = new URL(`${version}/${name}/`, root);
  const { inputs } = JSON.parse(readFileSync(new URL("case.json", folder), "utf8")) as Case;
  const model = read(folder);
  for (const dumped of inputs) {
    const input = typed(toInput(dumped));
    const before = structuredClone(input);
    for (const method of model.methods) {
      const answer = answerOf(model, method, input);
      expect(input).toEqual(before);
      // Nor can the caller's own array be had through the answer.
      scribble(answer);
      expect(input).toEqual(before);
    }
  }
});

/** Numbers as typed arrays, which the engine reads without a copy. */
function typed(input: Input): Input {
  if ("data" in input && (input.dtype === "float64" || input.dtype === "float32")) {
    const numbers = Float64Array.from(input.data, Number);
    return { ...input, data: input.dtype === "float64" ? numbers : new Float32Array(numbers) };
  }
  if (!("columns" in input)) return input;
  const entries = input.columns instanceof Map ? [...input.columns] : Object.entries(input.columns);
  const columns = entries.map(([key, data]): [string, ArrayLike<unknown>] => [
    key,
    input.dtypes?.[key] === "float64" ? Float64Array.from(data as ArrayLike<number>, Number) : data,
  ]);
  return { ...input, columns: new Map(columns) };
}

function answerOf(model: NativeModel, method: Method, input: Input): Output | undefined {
  try {
    return model.invoke(method, input);
  } catch (error) {
    if (error instanceof EstimatorError) return undefined;
    throw error;
  }
}

function scribble(output: Output | undefined): void {
  if (output === undefined || !("data" in output)) return;
  if (output.data instanceof Float64Array || output.data instanceof Float32Array) output.data.fill(-12_345);
}

function compare(model: NativeModel, method: Method, input: Input, want: Dumped): void {
  if (want.error !== undefined) {
    expect(() => model.invoke(method, input)).toThrow(EstimatorError);
    return;
  }
  const got = model.invoke(method, input);
  if (want.list !== undefined) {
    const all = Array.isArray(got) ? (got as readonly Output[]) : [];
    expect(all).toHaveLength(want.list.length);
    want.list.forEach((one, i) => compareOne(all[i], one));
    return;
  }
  compareOne(got, want);
}

function compareOne(got: Output | undefined, want: Dumped): void {
  if (got === undefined || Array.isArray(got)) throw new Error("a list where one array is expected");
  const [data, shape, dtype] = flat(got);
  expect(shape).toEqual(want.shape);
  expect(dtype).toBe(want.dtype);
  const wanted =
    want.indptr === undefined
      ? want.data.map(cell)
      : dense(want.indptr, want.indices ?? [], want.data.map(cell), want.shape);
  const scale = Math.max(
    1e-300,
    ...wanted.map((v) => (typeof v === "number" && Number.isFinite(v) ? Math.abs(v) : 0)),
  );
  const tolerance = want.dtype === "float32" ? 2e-6 : 1e-9;
  expect(data.length).toBe(wanted.length);
  wanted.forEach((value, i) => {
    const own = data[i];
    if (typeof value === "number" && typeof own === "number" && Number.isFinite(value)) {
      expect(Math.abs(own - value)).toBeLessThanOrEqual(tolerance * Math.max(Math.abs(value), scale));
    } else expect(own).toEqual(value);
  });
}

function flat(output: Output): [unknown[], readonly number[], string | undefined] {
  if ("indptr" in output) {
    return [
      dense(output.indptr, output.indices, Array.from(output.data), output.shape),
      output.shape,
      output.dtype,
    ];
  }
  if ("shape" in output) return [Array.from(output.data), output.shape, output.dtype];
  throw new Error("a frame where an array is expected");
}

function dense(
  indptr: ArrayLike<number>,
  indices: ArrayLike<number>,
  data: unknown[],
  shape: readonly number[],
): unknown[] {
  const [rows = 0, cols = 0] = shape;
  const out: unknown[] = Array.from({ length: rows * cols }, () => 0);
  for (let row = 0; row < rows; row++) {
    for (let k = indptr[row] ?? 0; k < (indptr[row + 1] ?? 0); k++)
      out[row * cols + (indices[k] ?? 0)] = data[k];
  }
  return out;
}

function cell(value: Json): Json {
  if (typeof value !== "string") return value;
  const special: Readonly<Record<string, number>> = {
    "nan!": Number.NaN,
    "inf!": Infinity,
    "-inf!": -Infinity,
  };
  return special[value] ?? value.slice(2);
}

function toInput(dumped: Dumped): Input {
  if (dumped.records !== undefined)
    return dumped.records.map((record) =>
      Object.fromEntries(Object.entries(record).map(([name, value]) => [name, cell(value)])),
    );
  if (dumped.texts !== undefined) return dumped.texts;
  if (dumped.columns !== undefined) {
    return {
      columns: new Map(dumped.columns.map(([name, data]) => [name, data.map(cell)])),
      dtypes: Object.fromEntries(dumped.columns.map(([name, , dtype]) => [name, dtype])),
    };
  }
  const data = dumped.data.map(cell);
  const dtype = dumped.dtype as "float64";
  if (dumped.indptr !== undefined && dumped.indices !== undefined) {
    const [rows = 0, cols = 0] = dumped.shape;
    return {
      indptr: dumped.indptr,
      indices: dumped.indices,
      data: data.map(Number),
      shape: [rows, cols],
      dtype,
    };
  }
  return { data, shape: dumped.shape, dtype };
}
