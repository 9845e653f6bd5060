import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { bufferSource } from "@modelkeep/bytes";
import { assert, integer, nat, property } from "fast-check";
import { describe, expect, test } from "vitest";
import { rootContext } from "../context.ts";
import { asNdArray } from "../numpy/ndarray.ts";
import { analyzeJoblib } from "./analyze.ts";

const folder = fileURLToPath(new URL("../../fixtures/joblib/", import.meta.url));
const files = readdirSync(folder);

function analyze(bytes: Uint8Array) {
  return analyzeJoblib(bufferSource(bytes), rootContext());
}

function codes(bytes: Uint8Array): string[] {
  return analyze(bytes).facts.flatMap((fact) => (fact.kind === "problem" ? [fact.code] : []));
}

describe("dumps by joblib", () => {
  test.each(files)("%s is tiled without a gap and read in full", (name) => {
    const bytes = readFileSync(folder + name);
    const analysis = analyze(bytes);
    expect(analysis.facts.map((fact) => fact.kind)).toEqual(["graph"]);
    let at = 0;
    for (const part of analysis.parts) {
      expect(part.offset).toBe(at);
      at += part.length;
    }
    expect([at, analysis.explained]).toEqual([bytes.byteLength, bytes.byteLength]);
    expect(analysis.parts.some((part) => part.what === "raw-array")).toBe(true);
  });

  test.each(files)("%s, changed anywhere, never crashes and never leaves its bytes", (name) => {
    const bytes = readFileSync(folder + name);
    assert(
      property(nat(bytes.byteLength - 1), integer({ min: 1, max: 255 }), (at, mask) => {
        const changed = Uint8Array.from(bytes);
        changed[at] = (changed[at] ?? 0) ^ mask;
        const { explained, facts } = analyze(changed);
        expect(explained).toBeLessThanOrEqual(bytes.byteLength);
        if (explained < bytes.byteLength) expect(facts.some((fact) => fact.kind === "problem")).toBe(true);
      }),
      { seed: 5, numRuns: 150 },
    );
  });

  test.each(files)("%s, cut anywhere, is told to be", (name) => {
    const bytes = readFileSync(folder + name);
    for (let size = 0; size < bytes.byteLength; size += 37) {
      expect(codes(bytes.subarray(0, size)).length).toBeGreaterThan(0);
    }
  });
});

describe("hostile dumps", () => {
  /** One array wrapper of `length` bytes of u1, by protocol 2, as joblib ≤ 1.1 writes it. */
  function dump(options: { state?: string; raw?: string; make?: string; after?: string } = {}): Uint8Array {
    const dtype = "cnumpy\ndtype\n(X\x02\0\0\0u1I0\nI1\ntR";
    const raw = options.raw ?? "\0\0\0\0";
    const state =
      options.state ??
      `}(X\x05\0\0\0dtype${dtype}X\x05\0\0\0shape(I${raw.length}\ntX\x05\0\0\0orderX\x01\0\0\0Cu`;
    const make = options.make ?? "cjoblib.numpy_pickle\nNumpyArrayWrapper\n)\x81";
    return Buffer.from(`\x80\x02${make}${state}b${raw}${options.after ?? ""}.`, "latin1");
  }

  test("the plain dump is read", () => {
    const analysis = analyze(dump());
    expect(analysis.facts.map((fact) => fact.kind)).toEqual(["graph"]);
    expect(analysis.root).toMatchObject({ kind: "array", dtype: "|u1", shape: [4] });
  });

  test("an array whose bytes are a payload for pickle.load", () => {
    const analysis = analyze(dump({ raw: "cos\nsystem\n(S'id'\ntR." }));
    expect(analysis.facts).toMatchObject([
      { kind: "graph", syntax: "joblib" },
      { kind: "problem", code: "ambiguous" },
      { kind: "graph", syntax: "pickle" },
    ]);
  });

  test("a call behind the array is seen by joblib's reading", () => {
    const graph = analyze(dump({ after: "0cos\nsystem\n(S'id'\ntR" })).facts.find(
      (fact) => fact.kind === "graph",
    );
    expect(graph?.graph.globals.at(-1)).toMatchObject({ module: "os", name: "system" });
  });

  test.each([
    ["the wrappers of joblib 0.9", { make: "cjoblib.numpy_pickle\nNDArrayWrapper\n)\x81" }, "unsupported"],
    ["a wrapper by another way", { make: "cjoblib.numpy_pickle\nNumpyArrayWrapper\n)R" }, "ambiguous"],
    ["a wrapper by another name", { make: "cjoblib\nnumpy_pickle.NumpyArrayWrapper\n)\x81" }, "ambiguous"],
    ["a wrapper without state", { state: "}" }, "malformed"],
    ["a state that is no dict", { state: "N" }, "malformed"],
  ] as const)("%s: %s", (_, options, code) => {
    expect(codes(dump(options))).toContain(code);
  });

  test("sizes that leave the file, or overflow", () => {
    const state = (shape: string) =>
      `}(X\x05\0\0\0dtypecnumpy\ndtype\n(X\x02\0\0\0u1I0\nI1\ntRX\x05\0\0\0shape(${shape}tX\x05\0\0\0orderX\x01\0\0\0Cu`;
    expect(codes(dump({ state: state("I99\n") }))).toEqual(["truncated"]);
    expect(codes(dump({ state: state("I-1\n") }))).toEqual(["malformed"]);
    expect(codes(dump({ state: state("I4294967296\nI4294967296\n") }))).toEqual(["truncated"]);
  });
});

test("records keep their fields through joblib", () => {
  const { root } = analyze(readFileSync(`${folder}arrays-4.joblib`));
  const records =
    root?.kind === "dict"
      ? root.entries.find(([key]) => key.kind === "str" && key.value === "records")
      : undefined;
  const array = records === undefined ? undefined : asNdArray(records[1]);
  expect(array?.dtype.fields).toMatchObject([
    { name: "a", offset: 0 },
    { name: "b", offset: 4 },
  ]);
});
