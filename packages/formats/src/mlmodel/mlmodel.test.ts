import { bufferSource } from "@modelkeep/bytes";
import { describe, expect, test } from "vitest";
import type { Analysis } from "../analysis.ts";
import { analyze } from "../analyze.ts";

const explain = (text: string): Analysis => analyze(bufferSource(Buffer.from(text), "MLmodel"));

function codes(analysis: Analysis): string[] {
  return analysis.facts.flatMap((fact) => (fact.kind === "problem" ? [fact.code] : []));
}

const HONEST = `artifact_path: model
flavors:
  python_function:
    env:
      conda: conda.yaml
      virtualenv: python_env.yaml
    loader_module: mlflow.sklearn
    model_path: model.skops
    predict_fn: predict
    python_version: 3.11.7
  sklearn:
    code: null
    pickled_model: model.skops
    serialization_format: skops
    sklearn_version: 1.9.1
mlflow_version: 3.17.2
model_size_bytes: 1234
signature:
  inputs: '[{"type": "double", "name": "a", "required": true}]'
utc_time_created: '2026-11-23 20:00:00.000000'
`;

describe("a MLmodel", () => {
  test("is read as plain data", () => {
    const analysis = explain(HONEST);
    expect(analysis).toMatchObject({ format: "mlmodel", explained: HONEST.length });
    expect(analysis.facts).toMatchObject([
      {
        kind: "mlmodel",
        document: {
          flavors: {
            python_function: { loader_module: "mlflow.sklearn", model_path: "model.skops" },
            sklearn: { code: null, serialization_format: "skops" },
          },
          document: { model_size_bytes: 1234, mlflow_version: "3.17.2" },
        },
      },
    ]);
  });

  test.each([
    ["a carriage return", "\r"],
    ["the next line of Latin-1", "\u0085"],
    ["a line separator", "\u2028"],
    ["a paragraph separator", "\u2029"],
    ["a byte order mark", "\ufeff"],
  ])("is refused with %s, behind which PyYAML would see an entry of its own", (_name, mark) => {
    expect(codes(explain(HONEST.replace("    code: null", `    # x${mark}    code: hidden`)))).toEqual([
      "ambiguous",
    ]);
    expect(codes(explain(HONEST.replaceAll("\n", "\r\n")))).toEqual([]);
  });

  test.each([
    ["quoted", HONEST.replace("flavors:", '"flavors":')],
    ["escaped", HONEST.replace("flavors:", '"flavo\\x72s":').concat("# flavors\n")],
    ["in JSON", '{"flavors": {"python_function": {"loader_module": "mlflow.sklearn"}}}'],
    ["in flow style", "{flavors: {python_function: {loader_module: mlflow.sklearn}}}"],
    ["as an explicit key", "? flavors\n: python_function:\n    loader_module: mlflow.sklearn\n"],
  ])("is known however the key is written: %s", (_name, text) => {
    expect(explain(text).format).toBe("mlmodel");
  });

  test("names are only names", () => {
    const text = "flavors:\n  __proto__:\n    constructor: x\n";
    const fact = explain(text).facts.find((candidate) => candidate.kind === "mlmodel");
    const flavors = fact?.kind === "mlmodel" ? fact.document.flavors : {};
    expect(Object.getPrototypeOf(flavors)).toBeNull();
    expect(Object.keys(flavors)).toEqual(["__proto__"]);
  });
});

describe("refused, since readers would differ", () => {
  test.each([
    ["a key twice", HONEST.concat("mlflow_version: 1.0.0\n")],
    ["a flavor twice", HONEST.replace("  sklearn:", "  python_function:")],
    ["anchors", "flavors: &a\n  x: {}\nother: *a\n"],
    ["an anchor that nothing uses", "flavors: &a\n  x: {}\n"],
    ["an alias bomb", "a: &a [x]\nb: &b [*a]\nflavors: {x: {}}\n"],
    ["a tag of Python", "flavors: {x: !!python/object/apply:os.system [id]}\n"],
    ["a local tag", "flavors: {x: !evil {}}\n"],
    ["a merge key", "flavors: {x: {<<: {a: 1}}}\n"],
    ["two documents", "flavors: {x: {}}\n---\nflavors: {y: {}}\n"],
    ["flavors that are a list", "flavors: [a]\n"],
    ["a flavor that is text", "flavors: {x: y}\n"],
    ["broken YAML behind", "flavors: {x: {}}\nother: [1\n"],
    ["a key that is a list", "flavors: {x: {[1]: 2}}\n"],
  ])("%s", (_name, text) => {
    const analysis = explain(text);
    expect(codes(analysis)).not.toEqual([]);
    expect(analysis.facts.some((fact) => fact.kind === "mlmodel")).toBe(false);
  });

  test("deep nesting", () => {
    expect(codes(explain(`flavors: {x: ${"{a: ".repeat(500)}1${"}".repeat(500)}}\n`))).not.toEqual([]);
  });
});

test.each(["name: x\nother: flavors\n", "- flavors\n", "The flavors: sweet, sour\n\n\tx", "just flavors"])(
  "text that only mentions the word is text: %j",
  (text) => {
    expect(explain(text)).toMatchObject({ format: "text", facts: [] });
  },
);
