import { readdirSync, readFileSync } from "node:fs";
import { bufferSource } from "@modelkeep/bytes";
import { buildZip } from "@modelkeep/bytes/archives/build-zip";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Analysis, Fact } from "../analysis.ts";
import { analyze } from "../analyze.ts";
import type { CallValue, DictValue, Graph, Value } from "../value.ts";

const folder = new URL("../../fixtures/skops/", import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith(".skops"));
const load = (name: string): Buffer => readFileSync(new URL(name, folder));
const explain = (bytes: Uint8Array): Analysis => analyze(bufferSource(bytes, "test.skops"));

function problems(analysis: Analysis): string[] {
  return analysis.facts.flatMap((fact) => (fact.kind === "problem" ? [`${fact.code}: ${fact.message}`] : []));
}

function graphOf(analysis: Analysis): Graph {
  const fact = analysis.facts.find(
    (candidate): candidate is Extract<Fact, { kind: "graph" }> => candidate.kind === "graph",
  );
  if (fact === undefined) throw new Error("no graph");
  return fact.graph;
}

function globalsOf(analysis: Analysis): Set<string> {
  return new Set(graphOf(analysis).globals.map((global) => `${global.module}.${global.name}`));
}

function dictOf(value: Value | undefined): DictValue {
  if (value?.kind !== "dict") throw new Error(`a dict was expected, not ${value?.kind}`);
  return value;
}

function callOf(value: Value | undefined): CallValue {
  if (value?.kind !== "call") throw new Error(`a call was expected, not ${value?.kind}`);
  return value;
}

function entry(value: Value | undefined, key: string): Value | undefined {
  return dictOf(value).entries.find(([name]) => name.kind === "str" && name.value === key)?.[1];
}

test("fixtures of several versions are there", () => {
  expect(files.length).toBeGreaterThanOrEqual(8);
});

describe.each(files)("%s", (name) => {
  const analysis = explain(load(name));

  test("is explained to the last byte", () => {
    expect(problems(analysis)).toEqual([]);
    expect(analysis.format).toBe("skops");
    expect(analysis.explained).toBe(load(name).byteLength);
  });

  test("imports nothing but libraries of numbers", () => {
    for (const global of globalsOf(analysis)) {
      expect(global).toMatch(/^(?:numpy|scipy|sklearn|builtins|collections|functools|operator|_loss)[._]/);
    }
  });
});

describe.each(files.filter((name) => name.startsWith("kinds-")))("every kind of node in %s", (name) => {
  const analysis = explain(load(name));
  const kinds = dictOf(analysis.root);
  const at = (key: string): Value | undefined => entry(kinds, key);

  test("numbers keep their types", () => {
    expect(at("json")).toMatchObject({
      kind: "list",
      items: [
        { kind: "int", value: 1 },
        { kind: "float", value: 1 },
        { kind: "float", value: -0.5 },
        { kind: "bool", value: true },
        { kind: "none" },
        { kind: "str", value: "text" },
        { kind: "float", value: Number.NaN },
        { kind: "int", value: 2n ** 70n },
      ],
    });
  });

  test("keys get their types back", () => {
    const keys = dictOf(at("dict keys")).entries.map(([key]) => key);
    expect(keys).toMatchObject([
      { kind: "int", value: 1 },
      { kind: "float", value: 2.5 },
      { kind: "int", value: 7 },
      { kind: "str", value: "x" },
    ]);
  });

  test("arrays keep dtype, shape and order", () => {
    expect(at("float array")).toMatchObject({ kind: "array", dtype: "<f4", shape: [2, 3], fortran: false });
    expect(at("fortran array")).toMatchObject({ kind: "array", dtype: "<f8", shape: [2, 3], fortran: true });
    expect(at("object matrix")).toMatchObject({ kind: "array", dtype: "|O", shape: [2, 2] });
    const matrix = at("object matrix");
    const objects = matrix?.kind === "array" ? matrix.objects : undefined;
    expect(objects?.kind === "list" ? objects.items.map((item) => item.kind) : []).toEqual([
      "str",
      "int",
      "none",
      "float",
    ]);
  });

  test("a shared object is one value", () => {
    const shared = at("shared");
    const items = shared?.kind === "list" ? shared.items : [];
    expect(items).toHaveLength(2);
    expect(items[0]).toBe(items[1]);
  });

  test("sparse matrices have the shape that pickle gives them", () => {
    for (const [key, type, names] of [
      ["csr", "csr_matrix", ["indices", "indptr", "data", "_shape"]],
      ["coo", "coo_matrix", ["row", "col", "data", "_shape"]],
      ["dia", "dia_matrix", ["offsets", "data", "_shape"]],
    ] as const) {
      const call = callOf(at(key));
      expect(call.callee).toMatchObject({ kind: "global", name: type });
      expect(dictOf(call.states[0]).entries.map(([key_]) => (key_.kind === "str" ? key_.value : ""))).toEqual(
        names,
      );
    }
  });

  test("what is called to build each object is in the graph", () => {
    expect(globalsOf(analysis)).toEqual(
      new Set([
        ...globalsOf(analysis),
        "builtins.getattr",
        "builtins.slice",
        "numpy.ma.MaskedArray",
        "numpy.random.PCG64",
      ]),
    );
    expect(callOf(at("partial")).states[0]).toMatchObject({ kind: "tuple" });
    expect(callOf(at("itemgetter"))).toMatchObject({ callee: { module: "operator", name: "itemgetter" } });
    expect(callOf(at("dtype"))).toMatchObject({ args: { items: [{ kind: "str", value: "<i4" }] } });
  });
});

describe("hostile schemas", () => {
  const node = (fields: object): object => ({
    __class__: "str",
    __module__: "builtins",
    __id__: 0,
    ...fields,
  });
  const json = (content: unknown): object =>
    node({ __loader__: "JsonNode", content: JSON.stringify(content) });
  const file = (schema: unknown, text?: string): Buffer =>
    buildZip([{ name: "schema.json", data: Buffer.from(text ?? JSON.stringify(schema)) }]);
  const root = (fields: object): object => ({ ...node(fields), protocol: 2, _skops_version: "0.16.0" });
  const tuple = (...content: object[]): object =>
    node({ __class__: "tuple", __loader__: "TupleNode", content });

  test("a call of anything is in the graph with its arguments", () => {
    const analysis = explain(
      file(
        root({
          __loader__: "ConstructorFromReduceNode",
          __module__: "os",
          __class__: "system",
          content: tuple(json("id")),
        }),
      ),
    );
    expect(graphOf(analysis).calls).toMatchObject([
      { callee: { module: "os", name: "system" }, args: { items: [{ kind: "str", value: "id" }] } },
    ]);
  });

  test("a function of protocol 0 is found where that protocol keeps it", () => {
    const schema = {
      ...root({ __loader__: "FunctionNode", content: { module_path: "os", function: "system" } }),
      protocol: 0,
    };
    expect(globalsOf(explain(file(schema)))).toContain("os.system");
  });

  test("a bit generator's name is a call, not data", () => {
    const bits = node({
      __class__: "dict",
      __loader__: "DictNode",
      key_types: node({
        __class__: "list",
        __loader__: "ListNode",
        content: [node({ __loader__: "TypeNode" })],
      }),
      content: { bit_generator: json("set_state") },
    });
    const content = { bit_generator: bits, seed_seq: { ...bits, content: { entropy: json(1) } } };
    const schema = root({
      __loader__: "RandomGeneratorNode",
      __module__: "numpy.random._generator",
      __class__: "Generator",
      content,
    });
    expect(globalsOf(explain(file(schema)))).toContain("numpy.random.set_state");
  });

  test("what comes before an error is still judged", () => {
    const call = node({
      __loader__: "ConstructorFromReduceNode",
      __module__: "os",
      __class__: "system",
      content: tuple(json("id")),
    });
    const analysis = explain(
      file(root({ __class__: "list", __loader__: "ListNode", content: [call, { __loader__: "Unheard" }] })),
    );
    expect(problems(analysis).join()).toContain("unknown loader");
    expect(graphOf(analysis).calls).toHaveLength(1);
    expect(analysis.root).toBeUndefined();
  });

  test("a second node under a known id is judged though skops would not build it", () => {
    const call = node({
      __id__: 5,
      __loader__: "ConstructorFromReduceNode",
      __module__: "os",
      __class__: "system",
      content: tuple(),
    });
    const analysis = explain(
      file(root({ __class__: "list", __loader__: "ListNode", content: [{ ...json(1), __id__: 5 }, call] })),
    );
    expect(globalsOf(analysis)).toContain("os.system");
  });

  test.each<[string, object | string]>([
    ["an unknown loader", root({ __loader__: "EvilNode" })],
    ["the name of an object's method as a loader", root({ __loader__: "constructor" })],
    ["no loader", root({})],
    ["a newer protocol", { ...root({ __loader__: "JsonNode", content: "1" }), protocol: 3 }],
    ["no protocol", json(1)],
    ["a boolean as protocol", { ...root({ __loader__: "JsonNode", content: "1" }), protocol: true }],
    ["a missing member", root({ __loader__: "BytesNode", file: "gone.bin" })],
    [
      "a reference to nothing",
      root({ __class__: "list", __loader__: "ListNode", content: [{ __loader__: "CachedNode", __id__: 9 }] }),
    ],
    [
      "a node that contains itself",
      root({
        __id__: 3,
        __class__: "list",
        __loader__: "ListNode",
        content: [{ __loader__: "CachedNode", __id__: 3 }],
      }),
    ],
    [
      "a repeated key in the schema",
      '{"protocol": 2, "protocol": 1, "__loader__": "JsonNode", "content": "1"}',
    ],
    ["a repeated key in nested JSON", root({ __loader__: "JsonNode", content: '{"a": 1, "a": 2}' })],
    ["no JSON", "protocol: 2"],
    [
      "a tree that is no tree",
      root({
        __loader__: "TreeNode",
        __module__: "os",
        __class__: "system",
        __reduce__: {},
        content: json(null),
      }),
    ],
    [
      "keys and key types that do not match",
      root({
        __class__: "dict",
        __loader__: "DictNode",
        content: { a: json(1) },
        key_types: node({ __class__: "list", __loader__: "ListNode", content: [] }),
      }),
    ],
  ])("%s is a problem", (_name, schema) => {
    const bytes = typeof schema === "string" ? file(undefined, schema) : file(schema);
    expect(problems(explain(bytes))).not.toEqual([]);
  });

  test("a wrong CRC inside a sparse matrix's own archive", () => {
    const inner = buildZip([
      { name: "format.npy", data: Buffer.from("x"), local: { crc: 1 }, central: { crc: 1 } },
    ]);
    const schema = root({ __loader__: "SparseMatrixNode", type: "scipy", file: "m.npz" });
    const bytes = buildZip([
      { name: "schema.json", data: Buffer.from(JSON.stringify(schema)) },
      { name: "m.npz", data: inner },
    ]);
    expect(problems(explain(bytes))).not.toEqual([]);
  });

  test("deep nesting ends in a refusal, not in a crash", () => {
    const deep = '{"__loader__": "ListNode", "content": ['.repeat(200_000);
    expect(problems(explain(file(undefined, deep)))).not.toEqual([]);
  });

  test("changed bytes of a real file are told, or change nothing that is read", () => {
    const honest = load("kinds-0.16.0.skops");
    const shown = (value: Value | undefined): string =>
      JSON.stringify(value, (_key, item: unknown) => (typeof item === "bigint" ? String(item) : item));
    const expected = shown(explain(honest).root);
    fc.assert(
      fc.property(fc.nat(honest.byteLength - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const bad = Buffer.from(honest);
        bad[at] = (bad[at] ?? 0) ^ flip;
        const analysis = explain(bad);
        if (problems(analysis).length === 0) expect(shown(analysis.root)).toBe(expected);
      }),
      { seed: 21, numRuns: 300 },
    );
  });
});
