import { describe, expect, it } from "vitest";
import { LineIndex } from "./source.ts";

describe("LineIndex", () => {
  it.each([
    ["", 0, 1, 1],
    ["ab", 2, 1, 3],
    ["a\nb", 2, 2, 1],
    ["a\r\nb", 3, 2, 1],
    ["a\rb", 2, 2, 1],
    ["a\r\nb", 1, 1, 2],
    ["\n\n\n", 3, 4, 1],
    ["😀x\ny", 2, 1, 3],
  ])("of %j at %d is line %d, column %d", (text, offset, line, column) => {
    expect(new LineIndex(text).at(offset)).toEqual({ line, column });
  });

  it("places a stretch with an exclusive end", () => {
    expect(new LineIndex("x\nabc\n").place("m.py", 2, 5)).toEqual({
      path: "m.py",
      line: 2,
      column: 1,
      endLine: 2,
      endColumn: 4,
    });
  });

  it("counts a line separator of Unicode as a character, as Python does", () => {
    expect(new LineIndex("a\u2028b\u0085c").lines).toBe(1);
  });

  it("finds the start of each line, and the text's end beyond the last", () => {
    const text = "a\nbb\nc";
    const index = new LineIndex(text);
    expect([1, 2, 3, 4].map((line) => index.startOf(line, text))).toEqual([0, 2, 5, 6]);
  });
});
