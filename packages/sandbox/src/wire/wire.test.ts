import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SandboxError } from "../error.ts";
import { encodeFrame, FrameReader } from "./frames.ts";
import { decodeValue, encodeValue } from "./values.ts";

const frame = (body: string): Buffer => {
  const header = Buffer.alloc(4);
  header.writeUInt32BE(Buffer.byteLength(body));
  return Buffer.concat([header, Buffer.from(body)]);
};

describe("frames", () => {
  test("come out as they went in, however they are cut", () => {
    fc.assert(
      fc.property(
        fc.array(fc.jsonValue(), { maxLength: 4 }),
        fc.integer({ min: 1, max: 9 }),
        (messages, step) => {
          const bytes = Buffer.concat(messages.map((message) => encodeFrame(message, 1e6)));
          const reader = new FrameReader(1e6);
          const seen: unknown[] = [];
          for (let at = 0; at < bytes.length; at += step)
            seen.push(...reader.push(bytes.subarray(at, at + step)));
          expect(JSON.stringify(seen)).toBe(JSON.stringify(messages));
        },
      ),
    );
  });

  test("over the limit are refused before they are received", () => {
    expect(() => new FrameReader(10).push(Buffer.from([0xff, 0xff, 0xff, 0xff]))).toThrow(
      /4294967295 bytes, more than 10/u,
    );
    expect(() => encodeFrame("x".repeat(20), 10)).toThrow(SandboxError);
  });

  test("that are no JSON are refused", () => {
    expect(() => new FrameReader(100).push(frame("{"))).toThrow(/no JSON/u);
    expect(() => new FrameReader(100).push(frame(""))).toThrow(/no JSON/u);
  });
});

describe("values", () => {
  test("numbers survive bit for bit", () => {
    const data = Float64Array.of(Number.NaN, -0, Number.POSITIVE_INFINITY, 5e-324, 0.1);
    const sent = JSON.parse(
      JSON.stringify(encodeValue({ kind: "tensor", tensor: { data, shape: [5], dtype: "float64" } })),
    );
    expect(decodeValue(sent)).toEqual({ kind: "tensor", tensor: { data, shape: [5], dtype: "float64" } });
    const big = { data: [2n ** 63n - 1n, -(2n ** 63n)], shape: [2], dtype: "int64" };
    const back = decodeValue(JSON.parse(JSON.stringify(encodeValue({ kind: "tensor", tensor: big }))));
    expect(back.kind === "tensor" && Array.from(back.tensor.data)).toEqual(big.data);
  });

  const tensor = (more: object): object => ({
    kind: "tensor",
    shape: [1],
    dtype: "float64",
    b64: "AAAAAAAA8D8=",
    ...more,
  });
  test.each([
    [null],
    [[]],
    [{ kind: "code" }],
    [tensor({ shape: [2] })],
    [tensor({ shape: [-1] })],
    [tensor({ shape: [1e300] })],
    [tensor({ shape: "1" })],
    [tensor({ b64: "AAAA" })],
    [tensor({ b64: undefined })],
    [tensor({ dtype: 3 })],
    [tensor({ dtype: "object", items: [{}] })],
    [{ kind: "csr", shape: [1] }],
    [{ kind: "csr", shape: [1, 1], indptr: tensor({}), indices: tensor({}), data: tensor({}) }],
    [{ kind: "frame", columns: [["a"]] }],
    [{ kind: "list", items: {} }],
  ])("the hostile %j is refused", (value) => {
    expect(() => decodeValue(value)).toThrow(SandboxError);
  });
});
