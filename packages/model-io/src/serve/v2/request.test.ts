import { describe, expect, test } from "vitest";
import { half } from "./datatypes.ts";
import { modelInput, parseInfer } from "./request.ts";

const NONE = Buffer.alloc(0);
const input = (datatype: string, shape: unknown, data: unknown, more: object = {}) => ({
  name: "x",
  datatype,
  shape,
  data,
  ...more,
});
const parse = (one: object) => parseInfer({ inputs: [one] }, NONE).inputs[0]?.tensor;

describe("tensors of a request", () => {
  test.each([
    ["BOOL", [2], [true, false], "bool"],
    ["UINT8", [2], [0, 255], "uint8"],
    ["INT64", [1], [-5], "int64"],
    ["UINT64", [1], [2n ** 64n - 1n], "uint64"],
    ["FP16", [1], [0.5], "float32"],
    ["FP32", [1], [0.5], "float32"],
    ["FP64", [1], [Number.NaN], "float64"],
    ["BYTES", [1], ["é"], "object"],
    ["FP64", [0, 3], [], "float64"],
  ])("%s %j", (datatype, shape, data, dtype) => {
    expect(parse(input(datatype, shape, data))).toEqual({ shape, data, dtype });
  });

  test("nested data is flattened", () => {
    expect(
      parse(
        input(
          "INT32",
          [2, 2],
          [
            [1, 2],
            [3, 4],
          ],
        ),
      )?.data,
    ).toEqual([1, 2, 3, 4]);
  });

  test("the binary extension reads every datatype", () => {
    const cases: [string, Buffer, unknown[]][] = [
      ["BOOL", Buffer.from([1, 0]), [true, false]],
      ["INT8", Buffer.from([255]), [-1]],
      ["UINT16", Buffer.from([1, 2]), [513]],
      ["UINT32", Buffer.from([255, 255, 255, 255]), [2 ** 32 - 1]],
      ["INT64", Buffer.from([255, 255, 255, 255, 255, 255, 255, 255]), [-1n]],
      ["FP16", Buffer.from([0x00, 0xc0]), [-2]],
      ["FP32", Buffer.from([0, 0, 0x80, 0x3f]), [1]],
      ["FP64", Buffer.from([0, 0, 0, 0, 0, 0, 0xf0, 0x3f]), [1]],
      ["BYTES", Buffer.from([2, 0, 0, 0, 0x61, 0x62, 0, 0, 0, 0]), ["ab", ""]],
    ];
    const inputs = cases.map(([datatype, bytes, values], index) => ({
      name: `x${index}`,
      datatype,
      shape: [values.length],
      parameters: { binary_data_size: bytes.length },
    }));
    const read = parseInfer({ inputs }, Buffer.concat(cases.map(([, bytes]) => bytes)));
    expect(read.inputs.map((one) => one.tensor.data)).toEqual(cases.map(([, , values]) => values));
  });

  test.each([
    [0x0001, 2 ** -24],
    [0x3c00, 1],
    [0x7bff, 65504],
    [0xfc00, Number.NEGATIVE_INFINITY],
    [0x7e00, Number.NaN],
    [0x8000, -0],
  ])("half precision %i is %d", (bits, value) => {
    expect(half(bits)).toBe(value);
  });

  test.each<[unknown, RegExp]>([
    [[], /JSON object/u],
    [{}, /inputs is no list/u],
    [{ inputs: [] }, /inputs is no list/u],
    [{ inputs: [3] }, /inputs\[0\] is no object/u],
    [{ id: 3, inputs: [input("FP64", [1], [1])] }, /id is no text/u],
    [{ inputs: [{ ...input("FP64", [1], [1]), name: "" }] }, /has no name/u],
    [{ inputs: [input("FP8", [1], [1])] }, /FP8.*none of BOOL/u],
    [{ inputs: [input("__proto__", [1], [1])] }, /none of/u],
    [{ inputs: [input("FP64", [2], [1])] }, /has 1 elements, its shape asks for 2/u],
    [{ inputs: [input("FP64", [1], [1, 2])] }, /more than the 1 elements/u],
    [{ inputs: [input("FP64", [-1], [1])] }, /no length/u],
    [{ inputs: [input("FP64", [1.5], [1])] }, /no length/u],
    [{ inputs: [input("FP64", [], [])] }, /no list of lengths/u],
    [{ inputs: [input("FP64", [2 ** 20, 2 ** 20], [])] }, /more than/u],
    [{ inputs: [input("FP64", [1], ["1"])] }, /no FP64/u],
    [{ inputs: [input("INT8", [1], [128])] }, /no INT8/u],
    [{ inputs: [input("INT8", [1], [1.5])] }, /no INT8/u],
    [{ inputs: [input("UINT64", [1], [-1])] }, /no UINT64/u],
    [{ inputs: [input("BOOL", [1], [1])] }, /no BOOL/u],
    [{ inputs: [input("BYTES", [1], [null])] }, /no BYTES/u],
    [{ inputs: [input("FP64", [1], undefined)] }, /has no data/u],
    [{ inputs: [input("FP64", [1], [1]), input("FP64", [1], [1])] }, /twice/u],
    [{ inputs: [input("FP64", [1], [1])], outputs: [{}] }, /outputs\[0\] has no name/u],
    [{ inputs: [input("FP64", [1], [1], { parameters: [] })] }, /parameters/u],
    [{ inputs: [input("FP64", [1], undefined, { parameters: { binary_data_size: 8 } })] }, /does not fit/u],
  ])("%j is refused", (document, message) => {
    expect(() => parseInfer(document, NONE)).toThrow(message);
  });

  test("bytes that are cut off, too many, or no text are refused", () => {
    const bytes =
      (datatype: string, shape: number[], content: number[], size = content.length) =>
      () =>
        parseInfer(
          { inputs: [{ name: "x", datatype, shape, parameters: { binary_data_size: size } }] },
          Buffer.from(content),
        );
    expect(bytes("FP32", [1], [1, 2, 3])).toThrow(/3 bytes, its shape asks for 4/u);
    expect(bytes("INT8", [1], [1, 2], 1)).toThrow(/1 bytes at the end/u);
    expect(bytes("BYTES", [1], [9, 0, 0, 0, 1])).toThrow(/ends inside/u);
    expect(bytes("BYTES", [1], [255, 255, 255, 255])).toThrow(/ends inside/u);
    expect(bytes("BYTES", [2], [0, 0, 0, 0])).toThrow(/not the 2 elements/u);
    expect(bytes("BYTES", [1], [1, 0, 0, 0, 0xff])).toThrow(/no UTF-8/u);
  });
});

describe("tensors as a model's input", () => {
  const tensor = (name: string, shape: number[]) => ({
    name,
    tensor: { data: shape.flatMap(() => [1]), shape, dtype: "float64" as const },
  });
  const columns = {
    kind: "columns" as const,
    columns: ["a", "b"].map((name) => ({ name, required: true, type: { kind: "any" as const } })),
  };

  test("columns by name, one array otherwise", () => {
    expect(modelInput([tensor("a", [1]), tensor("b", [1, 1])], columns)).toMatchObject({
      columns: new Map([
        ["a", [1]],
        ["b", [1, 1]],
      ]),
    });
    expect(modelInput([tensor("whatever", [1, 2])], undefined)).toMatchObject({ shape: [1, 2] });
  });

  test("an array for a model with named columns is refused: which is which would be a guess", () => {
    expect(() => modelInput([tensor("whatever", [1, 2])], columns)).toThrow(/one tensor for each of a, b/u);
    expect(() => modelInput([tensor("a", [1, 2]), tensor("b", [1])], columns)).toThrow(/its shape must be/u);
  });
});
