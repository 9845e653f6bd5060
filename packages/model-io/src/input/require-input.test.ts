import { describe, expect, it } from "vitest";
import { requireInput } from "./require-input.ts";

const dense = { data: [1, 2], shape: [1, 2] };

describe("requireInput", () => {
  it.each([
    [dense],
    [{ ...dense, dtype: "float32" }],
    [{ data: new Float64Array(2), shape: [1, 2] }],
    [{ data: new BigInt64Array(0), shape: [0] }],
    [{ columns: { a: [1] }, dtypes: { a: "category" } }],
    [{ columns: new Map([["a", [1]]]) }],
    [{ indptr: [0, 1], indices: [0], data: [1], shape: [1, 1] }],
    [["text"]],
    [[{ a: 1 }]],
    [[]],
  ])("takes %j", (input) => {
    expect(() => requireInput(input)).not.toThrow();
  });

  it.each([
    [null, "the input is null"],
    [undefined, "the input is not given"],
    [3, "the input is a number"],
    ["text", "the input is a string"],
    [{}, "an object of nothing"],
    [{ rows: [] }, "an object of rows"],
    [{ shape: [1, 2] }, "an object of shape"],
    [{ data: [1, 2] }, "shape is not given"],
    [{ data: "12", shape: [1, 2] }, "data is a string"],
    [{ data: new DataView(new ArrayBuffer(8)), shape: [1] }, "data is a object"],
    [{ data: { length: 2 ** 40 }, shape: [1] }, "data is a object"],
    [{ ...dense, dtype: "float3" }, 'dtype is "float3": choose one of float64'],
    [{ ...dense, dtype: "__proto__" }, 'dtype is "__proto__"'],
    [{ ...dense, dtype: 8 }, "dtype is 8"],
    [{ columns: { a: 1 } }, "the column a is a number"],
    [{ columns: new Map([["a", null]]) }, "the column a is null"],
    [{ columns: { a: [1] }, dtypes: { a: "complex128" } }, 'the dtype of a is "complex128"'],
    [{ columns: { a: [1] }, dtypes: "float64" }, "dtypes is a string"],
    [{ indptr: 1, indices: [0], data: [1], shape: [1, 1] }, "indptr is a number"],
    [{ indptr: [0], indices: null, data: [1], shape: [1, 1] }, "indices is null"],
    [{ indptr: [0], indices: [], data: null, shape: [1, 1] }, "data is null"],
  ])("refuses %j: %s", (input, message) => {
    expect(() => requireInput(input)).toThrow(expect.objectContaining({ code: "INVALID_INPUT" }));
    expect(() => requireInput(input)).toThrow(message);
  });
});
