import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SandboxError } from "../error.ts";
import { encodeFrame, FrameReader } from "./frames.ts";
import { requireBoundedJson } from "./json-bounds.ts";
import { decodeValue, type WireTensor, type WireValue } from "./values.ts";

// What a model that owns its worker may send: whatever it is, it is read, or refused by a SandboxError. Nothing else.

const MOST = 1_000;

/** The result, or the code of the refusal; anything else fails the test. */
function tried<Result>(work: () => Result): Result | string {
  try {
    return work();
  } catch (error) {
    if (error instanceof SandboxError) return error.code;
    throw error;
  }
}

function frame(text: string, payload = Buffer.alloc(0)): Buffer {
  const body = Buffer.from(text);
  const header = Buffer.alloc(8);
  header.writeUInt32BE(4 + body.length + payload.length, 0);
  header.writeUInt32BE(body.length, 4);
  return Buffer.concat([header, body, payload]);
}

describe("frames", () => {
  test("of any bytes are read or refused", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 8 }), (pieces) => {
        const reader = new FrameReader(10_000, MOST);
        for (const piece of pieces)
          if (typeof tried(() => reader.push(Buffer.from(piece))) === "string") return;
      }),
      { numRuns: 2_000 },
    );
  });

  test("that were honest once, with bytes changed, are read or refused", () => {
    const honest = encodeFrame(
      { id: 1, ok: true, value: { kind: "tensor", shape: [2], at: 0, size: 16, dtype: "float64" } },
      [new Uint8Array(16)],
      1e4,
    );
    const edit = fc.record({ at: fc.nat(honest.length - 1), to: fc.integer({ min: 0, max: 255 }) });
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), (edits) => {
        const bytes = Buffer.from(honest);
        for (const { at, to } of edits) bytes[at] = to;
        const frames = tried(() => new FrameReader(10_000, MOST).push(bytes));
        if (typeof frames === "string") return;
        for (const { message, payload } of frames) {
          const value =
            typeof message === "object" && message !== null && "value" in message ? message.value : message;
          tried(() => decodeValue(value, payload, MOST));
        }
      }),
      { numRuns: 3_000 },
    );
  });

  test("sent byte by byte take the memory of one frame, not of a buffer for each byte", () => {
    const reader = new FrameReader(2 ** 20);
    const bytes = frame(JSON.stringify("x".repeat(200_000)));
    const before = process.memoryUsage().arrayBuffers;
    for (let at = 0; at < bytes.length - 1; at++)
      expect(reader.push(bytes.subarray(at, at + 1)).length).toBe(0);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(16 * bytes.length);
    expect(reader.push(bytes.subarray(-1))).toHaveLength(1);
  });

  test("a frame that was read is not changed by the next one", () => {
    const reader = new FrameReader(1_000);
    const [first] = reader.push(
      Buffer.concat([frame("1", Buffer.from("aaaa")), frame("2", Buffer.from("bb")).subarray(0, 9)]),
    );
    reader.push(frame("2", Buffer.from("bb")).subarray(9));
    reader.push(frame("3", Buffer.from("cccc")));
    expect(first?.payload.toString()).toBe("aaaa");
  });

  test.each([
    "{NaN: 1}",
    '{"a": NaN}',
    "Infinity",
    "{'a': 1}",
    '{"a": 1,}',
    "\u{feff}{}",
    '"\\ud800',
    "[1]]",
  ])("the text %s is no JSON", (text) => {
    expect(tried(() => new FrameReader(1_000).push(frame(text)))).toBe("protocol");
  });
});

describe("texts that become far larger than they are", () => {
  test.each([
    ["many lists", `[${"[],".repeat(100_000)}[]]`],
    ["many numbers", `[${"1,".repeat(100_000)}1]`],
    ["many objects", `[${'{"a":1},'.repeat(100_000)}{}]`],
    ["deep lists", "[".repeat(100_000)],
    ["what a string hides", `["${'\\"'.repeat(50_000)}", ${"1,".repeat(2_000)}1]`],
  ])("%s are refused before they are parsed", (_name, text) => {
    expect(tried(() => requireBoundedJson(text, MOST))).toBe("exceeded");
    expect(tried(() => requireBoundedJson(Buffer.from(text), MOST))).toBe("exceeded");
    expect(tried(() => new FrameReader(10 ** 7, MOST).push(frame(text)))).toBe("exceeded");
  });

  test("one long string is one value, whatever stands in it", () => {
    const text = JSON.stringify({ text: `[${"[],".repeat(100_000)}]\\"` });
    expect(tried(() => requireBoundedJson(text, MOST))).toBeUndefined();
  });
});

const scalar = fc.oneof(
  fc.integer(),
  fc.double(),
  fc.string(),
  fc.boolean(),
  fc.constant(null),
  fc.constantFrom({ n: "nan" }, { n: "x" }, { i: "9".repeat(30) }, {}, [], "__proto__"),
);
const dtype = fc.constantFrom(
  "float64",
  "int8",
  "bool",
  "object",
  "str",
  "int64",
  "complex",
  "__proto__",
  "constructor",
  3,
);
const lengths = fc.constantFrom(0, 1, 2, 3, 8, 16, -1, 0.5, 2 ** 32 - 1, 2 ** 53, 1e308, "1", null);
const tensor = fc.record(
  {
    kind: fc.constant("tensor"),
    dtype,
    shape: fc.array(lengths, { maxLength: 5 }),
    at: lengths,
    size: lengths,
    items: fc.array(scalar, { maxLength: 6 }),
  },
  { requiredKeys: ["kind"] },
);
const value = fc.oneof(
  tensor,
  fc.record({ kind: fc.constant("tensors"), tensors: fc.array(tensor, { maxLength: 3 }) }),
  fc.record({
    kind: fc.constant("csr"),
    shape: fc.array(lengths, { maxLength: 3 }),
    indptr: tensor,
    indices: tensor,
    data: tensor,
  }),
  fc.record({
    kind: fc.constant("frame"),
    rows: lengths,
    columns: fc.array(fc.tuple(fc.constantFrom("a", "__proto__", "constructor", 1), tensor), {
      maxLength: 3,
    }),
  }),
  fc.jsonValue(),
);

const cells = ({ data, shape }: WireTensor): void => {
  expect(shape.reduce((product, one) => product * one, 1)).toBe(data.length);
  expect(shape.reduce((product, one) => product * Math.max(one, 1), 1)).toBeLessThanOrEqual(100_000);
};

/** What the rest of the program relies on. */
function wellFormed(decoded: WireValue): void {
  if (decoded.kind === "tensor") cells(decoded.tensor);
  if (decoded.kind === "tensors") for (const one of decoded.tensors) cells(one);
  if (decoded.kind === "csr") expect(decoded.csr.indptr.length).toBe(decoded.csr.shape[0] + 1);
  if (decoded.kind === "frame")
    for (const column of decoded.frame.columns.values()) expect(column.length).toBeLessThanOrEqual(MOST);
}

test("values of any shape are well formed or refused, and nothing of them reaches a prototype", () => {
  const payload = Buffer.alloc(16, 1);
  fc.assert(
    fc.property(value, (sent) => {
      const decoded = tried(() => decodeValue(JSON.parse(JSON.stringify(sent)), payload, MOST));
      if (typeof decoded !== "string") wellFormed(decoded);
      expect(Object.keys(Object.prototype)).toEqual([]);
    }),
    { numRuns: 5_000 },
  );
});

describe("values that cost far more here than on their way", () => {
  const bytes = Buffer.alloc(2 * MOST);
  const bools = { dtype: "bool", at: 0, size: MOST };
  test.each([
    [
      "an empty array of a huge shape",
      { kind: "tensor", dtype: "object", items: [], shape: [2 ** 32 - 1, 0] },
      "protocol",
    ],
    [
      "an array of very many axes",
      { kind: "tensor", dtype: "object", items: [1], shape: Array(100_000).fill(1) },
      "protocol",
    ],
    [
      "more elements than allowed",
      { kind: "tensor", dtype: "bool", at: 0, size: MOST + 1, shape: [MOST + 1] },
      "exceeded",
    ],
    [
      "the same bytes again and again",
      {
        kind: "tensors",
        tensors: Array.from({ length: 3 }, () => ({ kind: "tensor", ...bools, shape: [MOST] })),
      },
      "exceeded",
    ],
    [
      "columns of the same bytes",
      {
        kind: "frame",
        rows: MOST,
        columns: [
          ["a", bools],
          ["b", bools],
        ],
      },
      "exceeded",
    ],
    [
      "a matrix between its columns",
      {
        kind: "csr",
        shape: [1, 2],
        indptr: { dtype: "object", items: [0, 1] },
        indices: { dtype: "object", items: [0.5] },
        data: { dtype: "object", items: [1] },
      },
      "protocol",
    ],
  ])("%s", (_name, sent, code) => {
    expect(tried(() => decodeValue(sent, bytes, MOST))).toBe(code);
  });
});
