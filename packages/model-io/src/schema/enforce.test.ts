import type { Input } from "@modelkeep/estimators/data";
import { parseSignature } from "@modelkeep/mlflow";
import { describe, expect, test } from "vitest";
import { parseCsv } from "../input/csv.ts";
import { parseScoringDocument } from "../input/scoring.ts";
import { parseTyped } from "../input/typed.ts";
import { enforceInput } from "./enforce.ts";
import { enforceParams } from "./params.ts";

const columns = (
  ...specs: readonly [name: string, type: string, required?: boolean][]
): ReturnType<typeof parseSignature>["inputs"] =>
  parseSignature({
    inputs: JSON.stringify(specs.map(([name, type, required = true]) => ({ name, type, required }))),
  }).inputs;
const tensor = (dtype: string, shape: readonly number[]): ReturnType<typeof parseSignature>["inputs"] =>
  parseSignature({ inputs: JSON.stringify([{ type: "tensor", "tensor-spec": { dtype, shape } }]) }).inputs;

function fromDocument(document: unknown, schema: ReturnType<typeof columns>): Input {
  return enforceInput(parseScoringDocument(document).input, schema);
}
function fromTyped(input: Input, schema: ReturnType<typeof columns>): Input {
  return enforceInput(parseTyped(input), schema);
}
function shown(input: Input): unknown {
  if (!("columns" in input)) return input;
  const entries = input.columns instanceof Map ? [...input.columns] : Object.entries(input.columns);
  return entries.map(([name, values]) => [name, input.dtypes?.[name], Array.from(values)]);
}

describe("columns from text are cast, in the signature's order, extra ones dropped", () => {
  test.each<[string, string, unknown[], unknown[]]>([
    ["double", "float64", [1, null, "2.5", true], [1, Number.NaN, 2.5, 1]],
    ["float", "float32", [0.1], [Math.fround(0.1)]],
    ["long", "int64", [1, 2], [1, 2]],
    ["integer", "int32", [-1], [-1]],
    ["boolean", "bool", [true, 0], [true, false]],
    ["string", "object", ["x", null], ["x", null]],
  ])("%s", (type, dtype, given, wanted) => {
    const rows = given.map((value) => ({ extra: 1, a: value }));
    expect(shown(fromDocument({ dataframe_records: rows }, columns(["a", type])))).toEqual([
      ["a", dtype, wanted],
    ]);
  });

  test("names that look like numbers keep the signature's order", () => {
    const schema = columns(["10", "long"], ["2", "long"]);
    expect(shown(fromDocument({ dataframe_records: [{ "2": 2, "10": 10 }] }, schema))).toEqual([
      ["10", "int64", [10]],
      ["2", "int64", [2]],
    ]);
  });

  test("an optional column may be missing", () => {
    expect(shown(fromDocument({ inputs: { a: [1] } }, columns(["a", "long"], ["b", "long", false])))).toEqual(
      [["a", "int64", [1]]],
    );
  });

  test.each<[string, unknown]>([
    ["long", 1.5],
    ["long", null],
    ["long", "1e3"],
    ["long", 2 ** 60],
    ["integer", 2 ** 31],
    ["boolean", "yes"],
    ["boolean", null],
    ["double", "abc"],
    ["double", [1]],
    ["double", ""],
    ["binary", "aa"],
    ["datetime", "2020-01-01"],
  ])("%s refuses %j", (type, value) => {
    expect(() => fromDocument({ dataframe_records: [{ a: value }] }, columns(["a", type]))).toThrow(/a/u);
  });

  test("missing ones are told as MLflow tells them", () => {
    expect(() => fromDocument({ inputs: { b: [1], "it's": [2] } }, columns(["a", "long"]))).toThrow(
      "Model is missing inputs ['a']. Note that there were extra inputs: ['b', 'it\\'s'].",
    );
    expect(() => fromDocument({ inputs: [[1]] }, columns(["a", "long"], ["b", "long"]))).toThrow(
      /missing inputs \['a', 'b'\]/u,
    );
  });

  test("CSV is read as pandas reads it", () => {
    const table = parseCsv('a,b,"c,d",a\r\n1,x,"say ""hi""",\n2.5,NA,,3\n\n');
    expect([...table.columns].map(([name, { dtype, values }]) => [name, dtype, values])).toEqual([
      ["a", "float64", [1, 2.5]],
      ["b", "object", ["x", null]],
      ["c,d", "object", ['say "hi"', null]],
      ["a.1", "float64", [Number.NaN, 3]],
    ]);
    expect(() => parseCsv("")).toThrow(/empty/u);
    expect(() => parseCsv("a\n1,2")).toThrow(/2 fields in record 2/u);
    expect(() => parseCsv('a\n"x')).toThrow(/ends inside/u);
  });
});

describe("typed columns are checked, and converted only without loss", () => {
  test.each<[string, Input, string]>([
    ["double", { columns: { a: Float32Array.of(0.5) } }, "float64"],
    ["double", { columns: { a: Int32Array.of(7) } }, "float64"],
    ["double", { columns: { a: BigInt64Array.of(1n, 0n) } }, "float64"],
    ["long", { columns: { a: Int16Array.of(7) } }, "int64"],
    ["long", { columns: { a: Uint32Array.of(7) } }, "int64"],
    ["string", { columns: { a: ["x"] } }, "object"],
  ])("%s takes case %#", (type, input, dtype) => {
    expect(shown(fromTyped(input, columns(["a", type])))).toEqual([["a", dtype, expect.any(Array)]]);
  });

  test.each<[string, Input, RegExp]>([
    ["long", { columns: { a: Float64Array.of(1) } }, /float64 to int64/u],
    ["long", { columns: { a: Float64Array.of(1, Number.NaN) } }, /float64 to int64.*Hint/u],
    ["long", { columns: { a: BigUint64Array.of(1n) } }, /uint64 to int64/u],
    ["integer", { columns: { a: BigInt64Array.of(1n) } }, /int64 to int32/u],
    ["double", { columns: { a: BigInt64Array.of(2n) } }, /int64 to float64/u],
    ["float", { columns: { a: Float64Array.of(1) } }, /float64 to float32/u],
    ["double", { columns: { a: ["x"] } }, /object to float64/u],
    ["double", { columns: { a: [true] } }, /bool to float64/u],
    ["string", { columns: { a: [1] } }, /int64 to/u],
    ["double", { columns: { a: [1], b: [1, 2] } }, /rows/u],
  ])("%s refuses case %#", (type, input, reason) => {
    expect(() => fromTyped(input, columns(["a", type]))).toThrow(reason);
  });
});

describe("tensors", () => {
  test("from text take the spec's dtype", () => {
    expect(fromDocument({ inputs: [[1, 2]] }, tensor("float32", [-1, 2]))).toEqual({
      data: [1, 2],
      shape: [1, 2],
      dtype: "float32",
    });
  });

  test.each<[unknown, string, readonly number[], RegExp]>([
    [[[1, 2, 3]], "float64", [-1, 2], /Shape of input \(1, 3\) does not match expected shape \(-1, 2\)/u],
    [[1], "float64", [-1, 2], /Shape of input \(1,\)/u],
    [[[1.5, 2]], "int64", [-1, 2], /1\.5 to int64/u],
    [[[300, 2]], "uint8", [-1, 2], /300 to uint8/u],
    [[["a", "b"]], "float64", [-1, 2], /a to float64/u],
    [[[1], [1, 2]], "float64", [-1, 2], /ragged/u],
    [[[1, 2]], "complex128", [-1, 2], /complex128/u],
  ])("%j is no %s of %j", (value, dtype, shape, reason) => {
    expect(() => fromDocument({ inputs: value }, tensor(dtype, shape))).toThrow(reason);
  });

  test("typed ones must have the dtype", () => {
    expect(() => fromTyped({ data: Int32Array.of(1, 2), shape: [1, 2] }, tensor("float64", [-1, 2]))).toThrow(
      /dtype of input int32/u,
    );
  });
});

describe("documents that are none", () => {
  test.each([
    [[]],
    [{}],
    [{ data: 1 }],
    [{ inputs: 1, instances: 1 }],
    [{ dataframe_split: [] }],
    [{ dataframe_split: { data: 1 } }],
    [{ dataframe_split: { data: [], rows: 1 } }],
    [{ dataframe_records: {} }],
    [{ dataframe_records: [1] }],
    [{ inputs: [1], params: 3 }],
    [{ instances: { a: [1], b: [1, 2] } }],
  ])("%j", (document) => {
    expect(() => parseScoringDocument(document)).toThrow(expect.objectContaining({ code: "INVALID_INPUT" }));
  });
});

describe("params", () => {
  const { params } = parseSignature({
    params: JSON.stringify([
      { name: "t", type: "double", default: 0.1, shape: null },
      { name: "n", type: "long", default: [1], shape: [-1] },
    ]),
  });
  test("unknown ones are dropped, missing ones take their default", () => {
    expect([...enforceParams({ t: 1, other: 2 }, params)]).toEqual([
      ["t", 1],
      ["n", [1]],
    ]);
    expect([...enforceParams({ t: 1 }, undefined)]).toEqual([]);
  });
  test.each([[{ t: "1" }], [{ n: 1 }], [{ n: [1.5] }], [{ t: [1] }]])("%j is refused", (given) => {
    expect(() => enforceParams(given, params)).toThrow(/Invalid parameters found/u);
  });
});
