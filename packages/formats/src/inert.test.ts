import { readdirSync, readFileSync } from "node:fs";
import { bufferSource } from "@modelkeep/bytes";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Analysis } from "./analysis.ts";
import { analyze } from "./analyze.ts";

const folder = new URL("../fixtures/inert/", import.meta.url);
const load = (name: string): Buffer => readFileSync(new URL(name, folder));
const explain = (bytes: Uint8Array): Analysis => analyze(bufferSource(bytes, "test"));

function problems(analysis: Analysis): string[] {
  return analysis.facts.flatMap((fact) => (fact.kind === "problem" ? [fact.code] : []));
}

/** `walked`: cutting or lengthening the file at its end must be told. Text is text whatever its length. */
const CASES = new Map<string, { format: string; walked: boolean }>([
  ["plot.png", { format: "png", walked: true }],
  ["plot.jpg", { format: "jpeg", walked: true }],
  ["plot.gif", { format: "gif", walked: true }],
  ["plot.webp", { format: "webp", walked: true }],
  ["plot.pdf", { format: "pdf", walked: true }],
  ["plot.svg", { format: "text", walked: false }],
  ["table.parquet", { format: "parquet", walked: true }],
  ["array.npy", { format: "npy", walked: true }],
  ["arrays.npz", { format: "npz", walked: true }],
  ["packed.npz", { format: "npz", walked: true }],
  ["xgboost.ubj", { format: "ubj", walked: true }],
  ["xgboost.json", { format: "json", walked: false }],
  ["lightgbm.txt", { format: "text", walked: false }],
  ["catboost.cbm", { format: "cbm", walked: true }],
  ["tensors.safetensors", { format: "safetensors", walked: true }],
]);

test("every fixture has its expectation", () => {
  const names = readdirSync(folder).filter((name) => name !== "make.py");
  expect(names.sort()).toEqual([...CASES.keys()].sort());
});

describe.each([...CASES])("%s", (name, { format }) => {
  const honest = load(name);

  test("is inert and explained to the last byte", () => {
    const analysis = explain(honest);
    expect(analysis).toMatchObject({ format, explained: honest.byteLength });
    expect(analysis.facts).toEqual([]);
  });

  test("a pickle behind it is told", () => {
    const pickle = Buffer.from("\x80\x04\x95\0\0\0\0\0\0\0\0cos\nsystem\n.", "latin1");
    expect(problems(explain(Buffer.concat([honest, pickle])))).not.toEqual([]);
  });

  test("changed bytes never crash", () => {
    fc.assert(
      fc.property(fc.nat(honest.byteLength - 1), fc.nat(255), (at, value) => {
        const bad = Buffer.from(honest);
        bad[at] = value;
        const analysis = explain(bad);
        if (analysis.explained < bad.byteLength) expect(problems(analysis)).not.toEqual([]);
      }),
      { seed: 51, numRuns: 150 },
    );
  });
});

test.each([...CASES].filter(([, { walked }]) => walked).map(([name]) => name))(
  "a byte more or less at the end of %s is told",
  (name) => {
    const honest = load(name);
    expect(problems(explain(Buffer.concat([honest, Buffer.from([1])])))).not.toEqual([]);
    expect(problems(explain(honest.subarray(0, -3)))).not.toEqual([]);
    expect(problems(explain(honest.subarray(0, honest.byteLength >> 1)))).not.toEqual([]);
  },
);

describe("refused", () => {
  const raw = (text: string): Buffer => Buffer.from(text, "latin1");
  const safetensors = (header: string, data = ""): Buffer => {
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(header.length));
    return Buffer.concat([length, raw(header), raw(data)]);
  };
  const tensor = (start: number, end: number, dtype = "U8", shape = [end - start]): object => ({
    dtype,
    shape,
    data_offsets: [start, end],
  });
  const long = (value: number): string => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64BE(BigInt(value));
    return `L${bytes.toString("latin1")}`;
  };

  test.each<[string, Buffer, string]>([
    [
      "tensors that overlap",
      safetensors(JSON.stringify({ a: tensor(0, 4), b: tensor(2, 6) }), "123456"),
      "ambiguous",
    ],
    [
      "tensors with a gap",
      safetensors(JSON.stringify({ a: tensor(0, 2), b: tensor(4, 6) }), "123456"),
      "ambiguous",
    ],
    ["data that no tensor names", safetensors(JSON.stringify({ a: tensor(0, 2) }), "123456"), "leftover"],
    ["tensors beyond the file", safetensors(JSON.stringify({ a: tensor(0, 20) }), "123456"), "truncated"],
    [
      "a shape that does not fit",
      safetensors(JSON.stringify({ a: tensor(0, 6, "F32", [2]) }), "123456"),
      "ambiguous",
    ],
    ["an unknown dtype", safetensors(JSON.stringify({ a: tensor(0, 6, "X") }), "123456"), "malformed"],
    [
      "a name twice",
      safetensors('{"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},"a":{}}'),
      "ambiguous",
    ],
    ["a UBJSON key twice", raw(`{${long(1)}ai\x05${long(1)}ai\x06}`), "ambiguous"],
    ["a UBJSON length below zero", raw(`{${long(1)}aS${long(-5)}}`), "malformed"],
    ["an unknown UBJSON marker", raw(`{${long(1)}aX}`), "malformed"],
    ["UBJSON that nests without end", raw(`{${long(1)}a${"[".repeat(5000)}`), "budget"],
    ["data behind UBJSON", raw(`{${long(1)}ai\x05}tail`), "leftover"],
    ["a typed UBJSON array of text", raw(`{${long(1)}a[$S#${long(1)}}`), "unsupported"],
    ["parts behind CatBoost's trees", Buffer.concat([load("catboost.cbm"), raw("part")]), "unsupported"],
    ["a PNG chunk with a wrong CRC", load("plot.png").fill(0, 20, 24), "malformed"],
  ])("%s", (_name, bytes, code) => {
    expect(problems(explain(bytes))).toContain(code);
  });
});
