import { Validator } from "@seriousme/openapi-schema-validator";
import type { ModelReport } from "@modelkeep/findings";
import { parseSignature } from "@modelkeep/mlflow";
import { describe, expect, test } from "vitest";
import type { Engine } from "../engines/engine.ts";
import { SecureModel } from "../model.ts";
import { openApi } from "./openapi.ts";

function model(signature: Readonly<Record<string, unknown>> | undefined): SecureModel {
  const never = async (): Promise<never> => await Promise.reject(new Error("not asked"));
  const engine: Engine = {
    name: "native",
    className: "Fake",
    methods: ["predict"],
    rowwise: false,
    predict: never,
    output: never,
    invoke: never,
    [Symbol.asyncDispose]: async () => undefined,
  };
  const report = { verdict: "inert" } as ModelReport;
  const facts = { uri: "x", report, digest: "0", signature: parseSignature(signature), version: "3" };
  return new SecureModel(facts, engine, async () => undefined);
}

const COLUMNS = [
  { type: "double", name: "a" },
  { type: "long", name: "b", required: false },
  { type: "string", name: "c/d~e" },
  { type: "datetime", name: "t" },
  { type: "array", name: "l", items: { type: "object", properties: { x: { type: "boolean" } } } },
  { type: "map", name: "m", values: { type: "any" } },
];
const TENSOR = [{ type: "tensor", "tensor-spec": { dtype: "float32", shape: [-1, 3] } }];
const PARAMS = [{ name: "k", type: "long", default: 3, shape: null }];
const json = (value: unknown): string => JSON.stringify(value);
const MODELS = new Map([
  ["columns", model({ inputs: json(COLUMNS), outputs: json(TENSOR), params: json(PARAMS) })],
  ["tensor", model({ inputs: json(TENSOR), outputs: json([{ type: "long", name: "y" }]) })],
  ["unnamed", model({ inputs: json([{ type: "double" }, { type: "double" }]) })],
  ["none", model(undefined)],
]);
const described = [...MODELS].map(([name, one]) => ({ name, model: one, prefixes: ["", `/models/${name}`] }));

describe("the OpenAPI document", () => {
  test.each([true, false])("is one, with keys %j", async (secured) => {
    const result = await new Validator().validate({ ...openApi(described, "1.2.3", secured) });
    expect(result.errors ?? []).toEqual([]);
    expect(result.valid).toBe(true);
  });

  test("the validator does find faults", async () => {
    const broken = { ...openApi(described, "1.2.3", false), info: {} };
    expect((await new Validator().validate(broken)).valid).toBe(false);
  });

  test("says what the signature says", () => {
    const document = openApi(described, "1.2.3", false) as {
      components: { schemas: Record<string, { oneOf: { properties: Record<string, unknown> }[] }> };
    };
    const [, records] = document.components.schemas["columns.request"]?.oneOf ?? [];
    expect(records?.properties).toEqual({
      dataframe_records: {
        type: "array",
        items: {
          type: "object",
          required: ["a", "c/d~e", "t", "l", "m"],
          properties: {
            a: { type: ["number", "null"], format: "double" },
            b: { type: "integer", format: "int64" },
            "c/d~e": { type: ["string", "null"] },
            t: { type: "string", format: "date-time" },
            l: {
              type: "array",
              items: { type: "object", required: ["x"], properties: { x: { type: "boolean" } } },
            },
            m: { type: "object", additionalProperties: {} },
          },
        },
      },
      params: { type: "object", properties: { k: { type: "integer", format: "int64", default: 3 } } },
    });
    expect(document.components.schemas["tensor.request"]?.oneOf[0]?.properties).toEqual({
      inputs: {
        type: "array",
        items: { type: "array", items: { type: "number" }, minItems: 3, maxItems: 3 },
      },
    });
  });

  test("a column called __proto__ is only a column", () => {
    const one = model({ inputs: '[{"type":"double","name":"__proto__"}]' });
    expect(json(openApi([{ name: "p", model: one, prefixes: [""] }], "1", false))).toContain(
      '"__proto__":{"type"',
    );
  });
});
