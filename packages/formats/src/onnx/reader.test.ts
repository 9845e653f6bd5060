import { readdirSync, readFileSync } from "node:fs";
import { bufferSource } from "@modelkeep/bytes";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Analysis, AnalysisLimits } from "../analysis.ts";
import { analyze } from "../analyze.ts";

const folder = new URL("../../fixtures/onnx/", import.meta.url);
const NAMES = readdirSync(folder).filter((name) => name.endsWith(".onnx"));
const load = (name: string): Buffer => readFileSync(new URL(name, folder));
const explain = (bytes: Uint8Array, limits: Partial<AnalysisLimits> = {}): Analysis =>
  analyze(bufferSource(bytes, "test"), { limits });

function problems(analysis: Analysis): string[] {
  return analysis.facts.flatMap((fact) => (fact.kind === "problem" ? [fact.code] : []));
}

function operators(name: string): string[] {
  return explain(load(name)).facts.flatMap((fact) =>
    fact.kind === "onnx" ? fact.model.operators.map((found) => `${found.domain}:${found.name}`) : [],
  );
}

/** A field by its tag byte: text, bytes or an inner message. */
function field(tag: number, ...content: (Buffer | string)[]): Buffer {
  const body = Buffer.concat(content.map((part) => (typeof part === "string" ? Buffer.from(part) : part)));
  const length = [];
  let rest = body.byteLength;
  for (; rest > 0x7f; rest >>= 7) length.push((rest & 0x7f) | 0x80);
  return Buffer.concat([Buffer.from([tag, ...length, rest]), body]);
}

const raw = (...bytes: number[]): Buffer => Buffer.from(bytes);
const OPSET = field(0x42, raw(0x10, 18));
/** A model whose graph holds `graph`, with `more` behind it. */
function model(graph: readonly Buffer[], ...more: Buffer[]): Buffer {
  return Buffer.concat([raw(8, 9), field(0x3a, ...graph), OPSET, ...more]);
}

describe.each(NAMES)("%s", (name) => {
  const honest = load(name);

  test("is explained to the last byte", () => {
    const analysis = explain(honest);
    expect(problems(analysis)).toEqual([]);
    expect(analysis).toMatchObject({ format: "onnx", explained: honest.byteLength });
  });

  test("cut anywhere it is told, or is a whole model itself", () => {
    for (let length = 3; length < honest.byteLength; length++) {
      const analysis = explain(honest.subarray(0, length));
      // Protobuf has no end mark: a cut between two entries of the model leaves a model. Three bytes make it ONNX.
      if (problems(analysis).length === 0)
        expect(analysis).toMatchObject({ format: "onnx", explained: length });
    }
    expect(problems(explain(honest.subarray(0, -1)))).not.toEqual([]);
  });

  test("a byte more, or a pickle, behind it is told", () => {
    const pickle = Buffer.from("\x80\x04cos\nsystem\n.", "latin1");
    for (const tail of [raw(0), raw(1), pickle])
      expect(problems(explain(Buffer.concat([honest, tail])))).not.toEqual([]);
  });

  test("changed bytes never crash and are explained or told", () => {
    const change = fc.record({ at: fc.nat(honest.byteLength - 1), value: fc.nat(255) });
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
        const bad = Buffer.from(honest);
        for (const { at, value } of changes) bad[at] = value;
        const analysis = explain(bad);
        if (analysis.explained < bad.byteLength) expect(problems(analysis)).not.toEqual([]);
      }),
      { seed: 77, numRuns: 300 },
    );
  });
});

describe("operators", () => {
  test.each([
    ["if.onnx", [":Abs", ":If", ":Neg"]],
    ["function.onnx", [":Abs", "local:Twice"]],
    ["custom-in-if.onnx", [":If", ":Neg", "com.example:Run"]],
    ["custom-in-function.onnx", ["com.example:Run", "local:Twice"]],
  ])("of %s are found in every graph", (name, expected) => {
    expect(operators(name).sort()).toEqual(expected);
  });

  test("of the domain ai.onnx are those of the empty one", () => {
    const named = explain(model([field(0x0a, field(0x22, "Abs"), field(0x3a, "ai.onnx"))]));
    const [fact] = named.facts;
    expect(fact?.kind === "onnx" && fact.model.operators).toMatchObject([{ domain: "", name: "Abs" }]);
  });
});

const nested = (depth: number): Buffer => {
  let graph = field(0x0a, field(0x22, "Abs"));
  for (let i = 0; i < depth; i++) graph = field(0x0a, field(0x2a, field(0x32, graph)));
  return model([graph]);
};
const node = field(0x0a, field(0x22, "Abs"));
/** A float tensor of two elements in another file. */
const external = (...entries: Buffer[]): Buffer =>
  field(0x2a, raw(0x08, 2, 0x10, 1), ...entries, raw(0x70, 1));
/** An initializer: its shape, its type, and what else. */
const tensor = (dims: readonly number[], type: number, ...data: Buffer[]): Buffer =>
  field(0x2a, ...dims.map((length) => raw(0x08, length)), raw(0x10, type), ...data);
const rawData = (length: number): Buffer => field(0x4a, Buffer.alloc(length));
const importing = (domain: string, version: number): Buffer =>
  field(0x42, field(0x0a, domain), raw(0x10, version));
const call = (domain: string, name: string): Buffer => field(0x0a, field(0x22, name), field(0x3a, domain));
/** A function of the domain `l`: its name, and the functions that it calls. */
const defined = (name: string, ...calls: string[]): Buffer => {
  const nodes = calls.map((called) => field(0x3a, field(0x22, called), field(0x3a, "l")));
  return Buffer.concat([raw(0xca), field(0x01, field(0x0a, name), field(0x52, "l"), ...nodes)]);
};
const entry = (key: string, value: string): Buffer => field(0x6a, field(0x0a, key), field(0x12, value));

describe("refused", () => {
  test.each<[string, Buffer, string]>([
    ["no graph", Buffer.concat([raw(8, 9), OPSET]), "malformed"],
    ["no opset", Buffer.concat([raw(8, 9), field(0x3a, node)]), "malformed"],
    ["two graphs", model([node], field(0x3a, node)), "ambiguous"],
    ["an unknown field", model([node], raw(0x48, 1)), "unsupported"],
    ["a field number above all", model([node], raw(0xf8, 0xff, 0xff, 0xff, 0x0f, 1)), "unsupported"],
    ["a field number of 64 bits", model([node], raw(0xba, 0x80, 0x80, 0x80, 0x80, 1, 0)), "unsupported"],
    ["field 0", model([node], raw(0x02, 0)), "unsupported"],
    ["a wrong wire type", model([node], raw(0x2d, 0, 0, 0, 0)), "malformed"],
    ["a group", model([node], raw(0x13, 0x14)), "malformed"],
    ["a packed singular number", model([node], field(0x2a, raw(1))), "malformed"],
    ["an overlong varint", model([node], raw(0x28, 0x81, 0)), "ambiguous"],
    ["an overlong tag", model([node], raw(0xa8, 0, 1)), "ambiguous"],
    ["a varint of 11 bytes", model([node], raw(0x28, ...Array<number>(10).fill(0xff), 1)), "malformed"],
    ["a varint of 65 bits", model([node], raw(0x28, ...Array<number>(9).fill(0xff), 2)), "malformed"],
    ["a length beyond its message", model([raw(0x0a, 2, 0x22, 1)], raw(0x28, 1)), "truncated"],
    ["a length of 64 bits", model([node], raw(0x12, ...Array<number>(9).fill(0xff), 1)), "truncated"],
    ["op_type twice", model([field(0x0a, field(0x22, "Abs"), field(0x22, "Run"))]), "ambiguous"],
    ["a name that is no UTF-8", model([field(0x0a, field(0x22, raw(0xff)))]), "malformed"],
    ["a name that is too long", model([field(0x0a, field(0x22, "a".repeat(5000)))]), "budget"],
    ["subgraphs nested too deep", nested(30), "budget"],
    [
      "a data location that is one only when cut",
      model([field(0x2a, raw(0x70, 0x81, 0x80, 0x80, 0x80, 0x10))]),
      "ambiguous",
    ],
    ["two locations", model([external(entry("location", "a"), entry("location", "b"))]), "ambiguous"],
    ["an unknown key of external data", model([external(entry("__class__", "a"))]), "unsupported"],
    [
      "external data in shared memory of onnxruntime",
      model([external(entry("prepacked_0", "a"))]),
      "unsupported",
    ],
    ["an offset that is no number", model([external(entry("offset", "0x10"))]), "malformed"],
    ["a negative offset", model([external(entry("offset", "-8"))]), "malformed"],
    ["an offset with a sign", model([external(entry("offset", "+8"))]), "malformed"],
    ["an offset above all", model([external(entry("offset", "9".repeat(16)))]), "malformed"],
    ["a length that is not the shape's", model([external(entry("length", "12"))]), "malformed"],
    ["another file and data inside", model([external(entry("location", "a"), rawData(8))]), "ambiguous"],
    ["another file without the mark", model([tensor([2], 1, entry("location", "a"))]), "ambiguous"],
    ["texts in another file", model([tensor([2], 8, entry("location", "a"), raw(0x70, 1))]), "unsupported"],
    ["fewer bytes than the shape", model([tensor([2, 3], 1, rawData(20))]), "malformed"],
    ["more bytes than the shape", model([tensor([2, 3], 1, rawData(28))]), "malformed"],
    ["bytes for a scalar that is none", model([tensor([], 1, rawData(8))]), "malformed"],
    ["no data for a shape", model([tensor([2], 1)]), "malformed"],
    ["data for an empty shape", model([tensor([0], 1, rawData(4))]), "malformed"],
    ["half a byte too much", model([tensor([3], 22, rawData(3))]), "malformed"],
    ["fewer numbers than the shape", model([tensor([2], 7, field(0x3a, raw(1)))]), "malformed"],
    ["one of a complex number's two", model([tensor([1], 14, field(0x22, Buffer.alloc(4)))]), "malformed"],
    ["numbers in another type's field", model([tensor([1], 1, field(0x3a, raw(1)))]), "malformed"],
    ["numbers and bytes", model([tensor([1], 7, field(0x3a, raw(1)), rawData(8))]), "ambiguous"],
    ["texts as raw bytes", model([tensor([1], 8, rawData(4))]), "malformed"],
    ["a tensor without a type", model([field(0x2a, raw(0x08, 1), rawData(4))]), "unsupported"],
    ["a tensor of an unknown type", model([tensor([1], 99, rawData(4))]), "unsupported"],
    ["a tensor in segments", model([tensor([1], 1, field(0x1a, raw(8, 0)), rawData(4))]), "unsupported"],
    [
      "a negative length",
      model([field(0x2a, raw(0x08, ...Array<number>(9).fill(0xff), 1, 0x10, 1))]),
      "malformed",
    ],
    ["a shape that overflows", model([tensor(Array<number>(10).fill(127), 1, rawData(4))]), "malformed"],
    [
      "a shape that overflows and is empty",
      model([tensor([...Array<number>(10).fill(127), 0], 1)]),
      "malformed",
    ],
    ["too many dimensions", model([tensor(Array<number>(65).fill(1), 1, rawData(4))]), "budget"],
    [
      "a tensor of an attribute",
      model([field(0x0a, field(0x2a, field(0x2a, raw(0x08, 1, 0x10, 1))))]),
      "malformed",
    ],
    ["a sparse initializer", model([field(0x7a, field(0x0a, raw(0x08, 0, 0x10, 1)))]), "unsupported"],
    [
      "a sparse attribute",
      model([field(0x0a, field(0x2a, Buffer.concat([raw(0xb2), field(1)])))]),
      "unsupported",
    ],
    ["a domain imported in two versions", model([node], importing("l", 1), importing("l", 2)), "ambiguous"],
    ["the standard domain by both names", model([node], importing("ai.onnx", 12)), "ambiguous"],
    ["a function defined twice", model([node], defined("F"), defined("F")), "ambiguous"],
    ["a function that calls itself", model([call("l", "F")], defined("F", "F")), "malformed"],
    [
      "functions that call each other, unused",
      model([node], defined("F", "G"), defined("G", "F")),
      "malformed",
    ],
    [
      "functions that double at each step",
      model(
        [call("l", "F0")],
        ...Array.from({ length: 30 }, (_, step) => defined(`F${step}`, `F${step + 1}`, `F${step + 1}`)),
      ),
      "budget",
    ],
    [
      "functions that call each other too deep",
      model(
        [call("l", "F0")],
        ...Array.from({ length: 80 }, (_, step) => defined(`F${step}`, `F${step + 1}`)),
      ),
      "budget",
    ],
    ["a pair with a third field", model([external(field(0x6a, field(0x1a, "x")))]), "unsupported"],
    ["a key twice", model([external(field(0x6a, field(0x0a, "x"), field(0x0a, "location")))]), "ambiguous"],
    [
      "session options",
      model([node], field(0x72, field(0x0a, "ort_config"), field(0x12, "{}"))),
      "unsupported",
    ],
    ["floats cut within one", model([field(0x2a, field(0x22, raw(0, 0, 0)))]), "malformed"],
    ["a function's body counted for the graph", model([node], defined("F", "F")), "malformed"],
  ])("%s", (_, bytes, code) => {
    const analysis = explain(bytes);
    expect(analysis.format).toBe("onnx");
    expect(problems(analysis)).toEqual([code]);
  });

  test("when the steps run out", () => {
    expect(problems(explain(load("logistic.onnx"), { maxSteps: 5 }))).toEqual(["budget"]);
  });
});

describe("accepted", () => {
  test.each<[string, Buffer]>([
    ["a nesting that is not too deep", nested(10)],
    ["packed and single numbers", model([tensor([3], 7, field(0x3a, raw(1, 0x81, 1)), raw(0x38, 5))])],
    ["a domain imported twice in one version", model([node], importing("l", 1), importing("l", 1))],
    ["a scalar", model([tensor([], 1, rawData(4))])],
    ["an empty tensor", model([tensor([3, 0], 1)])],
    ["half bytes", model([tensor([3], 22, rawData(2))])],
    ["complex numbers", model([tensor([1], 14, field(0x22, Buffer.alloc(8)))])],
    ["texts", model([tensor([2], 8, field(0x32, "a"), field(0x32, ""))])],
    ["functions that call functions", model([call("l", "F")], defined("F", "G", "G"), defined("G"))],
    ["negative numbers", model([node], raw(0x28, ...Array<number>(9).fill(0xff), 1))],
  ])("%s", (_, bytes) => {
    expect(problems(explain(bytes))).toEqual([]);
  });

  test("a tensor's place is told", () => {
    const places = [
      external(entry("location", "w.bin"), entry("offset", "8"), entry("length", "8")),
      external(),
    ];
    const [fact] = explain(model(places)).facts;
    const found = fact?.kind === "onnx" ? fact.model.external : [];
    expect(found).toMatchObject([
      { location: "w.bin", start: 8, size: 8, hasLength: true },
      { location: undefined, start: 0, size: 8, hasLength: false },
    ]);
  });
});
