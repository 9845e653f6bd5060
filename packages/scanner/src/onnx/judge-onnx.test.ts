import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { Collector } from "../collector.ts";
import { judgeOnnxFlavor } from "../mlmodel/onnx-flavor.ts";
import { scanBytes } from "../scan/scan-file.ts";
import { judgeOnnx } from "./judge-onnx.ts";

const folder = new URL("../../../formats/fixtures/onnx/", import.meta.url);
const at = { part: "", offset: 0 };
const NOTHING = { irVersion: 9, opsets: [], operators: [], functions: [], external: [] };

const external = (location: string | undefined) => ({
  location,
  offset: 1,
  start: 0,
  size: 8,
  hasLength: true,
});

function outcome(into: Collector): [string, string[]] {
  return [into.verdict, into.findings.map(({ ruleId }) => ruleId)];
}

describe("an ONNX file", () => {
  test.each([
    ["logistic.onnx", "inert", []],
    ["forest.onnx", "inert", []],
    ["if.onnx", "inert", []],
    ["function.onnx", "inert", []],
    ["contrib.onnx", "inert", []],
    ["custom.onnx", "executable", ["MK1104"]],
    ["custom-in-if.onnx", "executable", ["MK1104"]],
    ["custom-in-function.onnx", "executable", ["MK1104"]],
    ["ep-context.onnx", "executable", ["MK1104"]],
    ["external-inside.onnx", "unanalyzable", ["MK1105"]],
    ["external-outside.onnx", "malicious", ["MK1106"]],
    ["external-memory.onnx", "malicious", ["MK1106"]],
  ])("%s is %s", (name, verdict, rules) => {
    const bytes = readFileSync(new URL(name, folder));
    const report = scanBytes(bytes);
    expect(report.verdict).toBe(verdict);
    expect(report.findings.map(({ ruleId }) => ruleId)).toEqual(rules);
    expect(report.coverage).toEqual({ bytes: bytes.byteLength, explained: bytes.byteLength });
  });
});

describe("an operator", () => {
  const call = (domain: string, name: string, overload = "") => ({ domain, name, overload, offset: 3 });

  test.each([
    ["toString", ""],
    ["__proto__", ""],
    ["", ""],
    ["TreeEnsembleRegressor", ""],
    ["Abs", "ai.onnx.ml"],
    ["Abs", "__proto__"],
    ["Adam", "ai.onnx.preview.training"],
    ["Snpe", "com.microsoft"],
  ])("%j of the domain %j is custom", (name, domain) => {
    const into = new Collector();
    judgeOnnx({ kind: "onnx", at, model: { ...NOTHING, operators: [call(domain, name)] } }, into);
    expect(outcome(into)).toEqual(["executable", ["MK1104"]]);
  });

  test.each([
    ["", "Abs"],
    ["", "Novel"],
    ["ai.onnx.ml", "Scaler"],
    ["com.microsoft", "EPContext"],
  ])("that the model defines itself in the built-in domain %j is refused: %s", (domain, name) => {
    const into = new Collector();
    const operators = [call(domain, name)];
    judgeOnnx({ kind: "onnx", at, model: { ...NOTHING, operators, functions: operators } }, into);
    expect(outcome(into)).toEqual(["unanalyzable", ["MK1303"]]);
  });

  test("with an overload is not the function without", () => {
    const into = new Collector();
    const model = { ...NOTHING, operators: [call("local", "F", "x")], functions: [call("local", "F")] };
    judgeOnnx({ kind: "onnx", at, model }, into);
    expect(outcome(into)).toEqual(["executable", ["MK1104"]]);
  });
});

test.each([
  ["/etc/passwd", "malicious"],
  ["a/../../b", "malicious"],
  ["..\\b", "malicious"],
  ["C:\\b", "malicious"],
  ["%2e%2e/b", "malicious"],
  ["file:///b", "malicious"],
  ["w\0", "malicious"],
  ["", "unanalyzable"],
  ["weights/w.bin", "unanalyzable"],
  [undefined, "unanalyzable"],
])("a tensor at %j is %s", (location, verdict) => {
  const into = new Collector();
  judgeOnnx({ kind: "onnx", at, model: { ...NOTHING, external: [external(location)] } }, into);
  expect(into.verdict).toBe(verdict);
});

describe("a version that ONNX has not defined", () => {
  test.each([
    ["", 0],
    ["", 29],
    ["", 2 ** 40],
    ["ai.onnx.ml", 6],
    ["com.microsoft", 2],
    ["ai.onnx.preview.training", 9],
  ])("of the operators of %j: %d", (domain, version) => {
    const into = new Collector();
    const model = { ...NOTHING, opsets: [{ domain, version, offset: 4 }] };
    judgeOnnx({ kind: "onnx", at, model }, into);
    expect(outcome(into)).toEqual(["unanalyzable", ["MK1305"]]);
  });

  test.each([0, 15, 127])("of the format: %d", (irVersion) => {
    const into = new Collector();
    judgeOnnx({ kind: "onnx", at, model: { ...NOTHING, irVersion } }, into);
    expect(outcome(into)).toEqual(["unanalyzable", ["MK1305"]]);
  });

  test("is nothing to ask of domains whose operators are all the model's own", () => {
    const into = new Collector();
    const model = { ...NOTHING, opsets: [{ domain: "pkg.example", version: 77, offset: 4 }] };
    judgeOnnx({ kind: "onnx", at, model }, into);
    expect(outcome(into)).toEqual(["inert", []]);
  });
});

describe("the flavor", () => {
  test.each([
    [{}],
    [{ providers: null, onnx_session_options: null }],
    [{ providers: "CPUExecutionProvider" }],
    [{ providers: ["CUDAExecutionProvider", "CPUExecutionProvider"] }],
    [{ onnx_session_options: { intra_op_num_threads: 1, execution_mode: "sequential" } }],
  ])("%j is inert", (flavor) => {
    const into = new Collector();
    judgeOnnxFlavor(flavor, at, into);
    expect(outcome(into)).toEqual(["inert", []]);
  });

  test.each([
    [{ providers: "QNNExecutionProvider" }],
    [{ providers: [["CPUExecutionProvider", { backend_path: "./payload.so" }]] }],
    [{ providers: { CPUExecutionProvider: 1 } }],
    [{ onnx_session_options: { extra_session_config: { "ep.context_file_path": "/tmp/x" } } }],
    [{ onnx_session_options: ["x"] }],
    [{ onnx_session_options: "x" }],
  ])("%j is executable", (flavor) => {
    const into = new Collector();
    judgeOnnxFlavor(flavor, at, into);
    expect(outcome(into)).toEqual(["executable", ["MK1410"]]);
  });
});
