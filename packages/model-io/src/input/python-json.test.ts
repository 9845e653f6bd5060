import { describe, expect, test } from "vitest";
import { orderedEntries } from "./ordered-json.ts";
import { parsePythonJson } from "./python-json.ts";

describe("parsePythonJson", () => {
  test("reads the words that only Python writes", () => {
    expect(parsePythonJson('[NaN, -Infinity, Infinity, "NaN", null]')).toEqual([
      Number.NaN,
      Number.NEGATIVE_INFINITY,
      Number.POSITIVE_INFINITY,
      "NaN",
      null,
    ]);
  });

  test("keeps whole numbers whole, and floats floats", () => {
    expect(parsePythonJson("[9007199254740993, -12345678901234567890, 1234567890123456.5, 1e20, 7]")).toEqual(
      [9007199254740993n, -12345678901234567890n, 1234567890123456.5, 1e20, 7],
    );
  });

  test("remembers the order of keys that JavaScript would move to the front", () => {
    const parsed = parsePythonJson('{"b": 1, "10": {"2": [true], "1": "x"}, "a": -0.0, "b": 5}');
    const entries = orderedEntries(parsed as Record<string, unknown>);
    expect(entries.map(([key]) => key)).toEqual(["b", "10", "a"]);
    expect(entries[0]).toEqual(["b", 5]);
    expect(orderedEntries(entries[1]?.[1] as Record<string, unknown>)).toEqual([
      ["2", [true]],
      ["1", "x"],
    ]);
  });

  test("a key is never the prototype", () => {
    const parsed = parsePythonJson('{"__proto__": {"1": 2}, "0": 1}') as Record<string, unknown>;
    expect(Object.getPrototypeOf(parsed)).toBe(Object.prototype);
    expect(orderedEntries(parsed).map(([key]) => key)).toEqual(["__proto__", "0"]);
  });

  test.each([
    "",
    "[1,]",
    "{1: 2}",
    "[NaNs]",
    "[1e]",
    '["\u0001"]',
    '{"0": 1',
    "[01]",
    "NaN NaN",
    "[Infinity",
  ])("refuses %j", (text) => {
    expect(() => parsePythonJson(text)).toThrow(expect.objectContaining({ code: "INVALID_INPUT" }));
  });

  test("nesting is bounded", () => {
    const deep = `{"0": ${"[".repeat(100_000)}${"]".repeat(100_000)}}`;
    expect(() => parsePythonJson(deep)).toThrow(expect.objectContaining({ code: "INVALID_INPUT" }));
  });
});
