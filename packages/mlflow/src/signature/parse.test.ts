import { describe, expect, test } from "vitest";
import { parseSignature } from "./parse.ts";

const inputs = (value: unknown): unknown => ({
  inputs: typeof value === "string" ? value : JSON.stringify(value),
});

describe("parseSignature", () => {
  test("reads columns, old and new spelling of optional, and nested types", () => {
    const { inputs: schema } = parseSignature(
      inputs([
        { type: "double", name: "a" },
        { type: "long", name: "b", optional: true },
        { type: "string", name: "c", required: false },
        {
          type: "array",
          name: "d",
          items: { type: "object", properties: { x: { type: "long", required: false } } },
        },
        { type: "map", name: "e", values: { type: "any" } },
      ]),
    );
    expect(schema).toMatchObject({ kind: "columns" });
    expect(
      schema?.kind === "columns" &&
        schema.columns.map((column) => [column.name, column.type.kind, column.required]),
    ).toEqual([
      ["a", "scalar", true],
      ["b", "scalar", false],
      ["c", "scalar", false],
      ["d", "array", true],
      ["e", "map", true],
    ]);
  });

  test("reads tensors and params", () => {
    const tensors = parseSignature(
      inputs([{ type: "tensor", "tensor-spec": { dtype: "float32", shape: [-1, 3] } }]),
    );
    expect(tensors.inputs).toEqual({
      kind: "tensors",
      tensors: [{ name: undefined, dtype: "float32", shape: [-1, 3] }],
    });
    const { params } = parseSignature({
      params:
        '[{"name":"t","type":"float","default":0.1,"shape":null},{"name":"l","dtype":"long","default":[1],"shape":[-1]}]',
    });
    expect(params?.map(({ name, isList }) => [name, isList])).toEqual([
      ["t", false],
      ["l", true],
    ]);
  });

  test("a model without a signature has none", () => {
    expect(parseSignature(undefined)).toEqual({ inputs: undefined, params: undefined });
    expect(parseSignature({ inputs: null, params: null })).toEqual({ inputs: undefined, params: undefined });
  });

  test.each([
    ["text", /no mapping/u],
    [inputs("{"), /no JSON/u],
    [inputs("{}"), /no list/u],
    [inputs([1]), /no object/u],
    [inputs([{ type: "complex", name: "a" }]), /unknown type "complex"/u],
    [
      inputs([
        { type: "double", name: "a" },
        { type: "double", name: "a" },
      ]),
      /twice/u,
    ],
    [inputs([{ type: "double", name: "a" }, { type: "double" }]), /only some/u],
    [inputs([{ type: "double" }, { type: "tensor", "tensor-spec": { dtype: "x", shape: [] } }]), /mixes/u],
    [inputs([{ type: "tensor" }]), /tensor-spec/u],
    [inputs([{ type: "tensor", "tensor-spec": { dtype: "x", shape: [-2] } }]), /no length/u],
    [inputs([{ type: "array", items: 3 }]), /items/u],
    [{ inputs: 3 }, /no JSON text/u],
    [{ params: '[{"name":"a","type":"double"}]' }, /no default/u],
    [{ params: '[{"name":"a","type":"double","default":1,"shape":[3]}]' }, /neither null/u],
  ])("refuses %j", (signature, reason) => {
    expect(() => parseSignature(signature)).toThrow(reason);
  });

  test("refuses types that nest without end", () => {
    let type: object = { type: "any" };
    for (let depth = 0; depth < 50; depth++) type = { type: "array", items: type };
    expect(() => parseSignature(inputs([type]))).toThrow(/too deep/u);
  });
});
