import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { camelCase, parseRequestJson, readField, snakeCase } from "./json.ts";

const parse = (text: string) => parseRequestJson(Buffer.from(text));

describe("refused, since two readers could differ", () => {
  test.each([
    ["a key twice", '{"run_id":"a","run_id":"b"}'],
    ["a key twice, once escaped", '{"run_id":"a","run\\u005fid":"b"}'],
    ["a key twice, deep inside", '{"a":[{"b":1,"b":2}]}'],
    ["a key twice around a nested object", '{"a":{"x":1},"a":1}'],
    ["both spellings of a field", '{"run_id":"a","runId":"b"}'],
    ["a list at the top", "[]"],
    ["a text at the top (doubly encoded)", '"{\\"run_id\\":\\"a\\"}"'],
    ["null", "null"],
    ["nothing", ""],
    ["NaN", '{"a":NaN}'],
    ["Infinity", '{"a":Infinity}'],
    ["a trailing comma", '{"a":1,}'],
    ["a comment", '{"a":1/**/}'],
    ["two documents", '{"a":1}{"a":2}'],
    ["single quotes", "{'a':1}"],
    ["a byte order mark", '\uFEFF{"a":1}'],
    ["a string without end", '{"a'],
    ["deep nesting", "[".repeat(200)],
  ])("%s", (_what, text) => {
    expect(() => parse(text)).toThrow(expect.objectContaining({ status: 400 }));
  });

  test("bytes that are not UTF-8", () => {
    expect(() => parseRequestJson(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]))).toThrow("UTF-8");
  });

  test("UTF-16, which Python's reader would detect", () => {
    expect(() => parseRequestJson(Buffer.from('{"run_id":"a"}', "utf16le"))).toThrow(
      expect.objectContaining({ status: 400 }),
    );
  });
});

describe("taken", () => {
  test("keys that look like parts of objects' prototypes are plain keys", () => {
    expect(readField(parse('{"__proto__":"x"}'), "__proto__")).toBe("x");
    expect(readField(parse("{}"), "constructor")).toBeUndefined();
    expect(readField(parse("{}"), "__proto__")).toBeUndefined();
  });

  test("equal keys in different objects, and braces within texts", () => {
    expect(parse('{"a":[{"k":1},{"k":2}],"b":"{\\"a\\":1,\\"a\\":2}","c":"\\\\"}')).toEqual({
      a: [{ k: 1 }, { k: 2 }],
      b: '{"a":1,"a":2}',
      c: "\\",
    });
  });

  test("whatever JSON.stringify writes", () => {
    const key = fc.string().filter((text) => snakeCase(text) === text);
    fc.assert(
      fc.property(fc.dictionary(key, fc.jsonValue({ maxDepth: 5 })), (value) => {
        expect(parse(JSON.stringify(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});

describe("fields", () => {
  test("either spelling is read", () => {
    expect(readField({ run_id: "a" }, "run_id")).toBe("a");
    expect(readField({ runId: "a" }, "run_id")).toBe("a");
  });

  test("both spellings are refused", () => {
    expect(() => readField({ run_id: "a", runId: "a" }, "run_id")).toThrow("twice");
  });

  test("spellings as protobuf makes them", () => {
    expect(camelCase("source_run_id")).toBe("sourceRunId");
    expect(camelCase("filter_string1")).toBe("filterString1");
    expect(snakeCase("sourceRunId")).toBe("source_run_id");
  });
});
