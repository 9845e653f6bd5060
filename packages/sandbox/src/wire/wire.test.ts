import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SandboxError } from "../error.ts";
import { encodeFrame, FrameReader } from "./frames.ts";
import { decodeValue, encodeValue, Payload, type WireValue } from "./values.ts";

const frame = (body: string, text = Buffer.byteLength(body), payload = ""): Buffer => {
  const header = Buffer.alloc(8);
  header.writeUInt32BE(4 + Buffer.byteLength(body) + payload.length);
  header.writeUInt32BE(text, 4);
  return Buffer.concat([header, Buffer.from(body + payload)]);
};

describe("frames", () => {
  test("come out as they went in, however they are cut", () => {
    const messages = fc.array(fc.tuple(fc.jsonValue(), fc.uint8Array({ maxLength: 9 })), { maxLength: 4 });
    fc.assert(
      fc.property(messages, fc.integer({ min: 1, max: 9 }), (sent, step) => {
        const bytes = Buffer.concat(sent.map(([message, part]) => encodeFrame(message, [part], 1e6)));
        const reader = new FrameReader(1e6);
        const seen = [];
        for (let at = 0; at < bytes.length; at += step)
          seen.push(...reader.push(bytes.subarray(at, at + step)));
        expect(seen.map(({ message }) => JSON.stringify(message))).toEqual(
          sent.map(([message]) => JSON.stringify(message)),
        );
        expect(seen.map(({ payload }) => [...payload])).toEqual(sent.map(([, part]) => [...part]));
      }),
    );
  });

  test("over the limit are refused before they are received", () => {
    expect(() => new FrameReader(10).push(Buffer.alloc(8, 0xff))).toThrow(/4294967295 bytes, more than 10/u);
    expect(() => encodeFrame("x".repeat(20), [], 10)).toThrow(SandboxError);
    expect(() => encodeFrame("", [new Uint8Array(20)], 10)).toThrow(/send fewer rows/u);
  });

  test("that are no JSON are refused, or whose text is longer than they are", () => {
    expect(() => new FrameReader(100).push(frame("{"))).toThrow(/no JSON/u);
    expect(() => new FrameReader(100).push(frame(""))).toThrow(/no JSON/u);
    expect(() => new FrameReader(100).push(frame("{}", 3))).toThrow(/longer than its frame/u);
    expect(() => new FrameReader(100).push(Buffer.alloc(8))).toThrow(SandboxError);
  });
});

describe("values", () => {
  const roundTrip = (value: WireValue): WireValue => {
    const payload = new Payload();
    const json: unknown = JSON.parse(JSON.stringify(encodeValue(value, payload)));
    return decodeValue(json, Buffer.concat(payload.parts));
  };

  test("numbers survive bit for bit", () => {
    const data = Float64Array.of(Number.NaN, -0, Number.POSITIVE_INFINITY, 5e-324, 0.1);
    const value: WireValue = { kind: "tensor", tensor: { data, shape: [5], dtype: "float64" } };
    expect(roundTrip(value)).toEqual(value);
    const big = { data: [2n ** 63n - 1n, -(2n ** 63n)], shape: [2], dtype: "int64" };
    const back = roundTrip({ kind: "tensor", tensor: big });
    expect(back.kind === "tensor" && Array.from(back.tensor.data)).toEqual(big.data);
  });

  test("objects keep what JSON has no word for: not-a-number, infinity, large whole numbers, nothing", () => {
    const data = [Number.NaN, Number.NEGATIVE_INFINITY, 2n ** 70n, null, "a", true, 1.5];
    const value: WireValue = { kind: "tensor", tensor: { data, shape: [7], dtype: "object" } };
    expect(roundTrip(value)).toEqual(value);
  });

  const one = Buffer.from(Float64Array.of(1).buffer);
  const tensor = (more: object): object => ({
    kind: "tensor",
    shape: [1],
    dtype: "float64",
    at: 0,
    size: 8,
    ...more,
  });
  const whole = (...items: unknown[]): object => ({ dtype: "object", items });
  test.each([
    [null],
    [[]],
    [{ kind: "code" }],
    [tensor({ shape: [2] })],
    [tensor({ shape: [-1] })],
    [tensor({ shape: [1e300] })],
    [tensor({ shape: "1" })],
    [tensor({ size: 7 })],
    [tensor({ size: 16 })],
    [tensor({ at: 8 })],
    [tensor({ at: -8 })],
    [tensor({ at: undefined })],
    [tensor({ dtype: 3 })],
    [tensor({ dtype: "object", items: [{}] })],
    [tensor({ dtype: "object", items: [{ n: "__proto__" }] })],
    [tensor({ dtype: "object", items: [{ i: "9".repeat(5_000) }] })],
    [tensor({ dtype: "object", items: [{ i: "0x9" }] })],
    [{ kind: "tensors", tensors: [tensor({ shape: [3] })] }],
    [{ kind: "csr", shape: [1] }],
    [{ kind: "csr", shape: [1, 1], indptr: tensor({}), indices: tensor({}), data: tensor({}) }],
    [{ kind: "csr", shape: [1, 1], indptr: whole(0, 1), indices: whole(1), data: whole(1) }],
    [{ kind: "csr", shape: [2, 1], indptr: whole(0, 2, 1), indices: whole(0), data: whole(1) }],
    [{ kind: "frame", rows: 1, columns: [["a"]] }],
    [{ kind: "frame", rows: 2, columns: [["a", whole(1)]] }],
    [
      {
        kind: "frame",
        rows: 1,
        columns: [
          ["a", whole(1)],
          ["a", whole(1)],
        ],
      },
    ],
    [{ kind: "list", items: {} }],
    [{ kind: "list", items: [] }],
  ])("the hostile %j is refused", (value) => {
    expect(() => decodeValue(value, one)).toThrow(SandboxError);
  });
});
