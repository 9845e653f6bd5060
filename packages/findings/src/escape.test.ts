import { assert, property, string } from "fast-check";
import { describe, expect, test } from "vitest";
import { printable } from "./escape.ts";

describe("printable", () => {
  test("keeps ordinary text of any language", () => {
    expect(printable("os.system('id') 模型 é 🙂")).toBe("os.system('id') 模型 é 🙂");
  });

  test.each([
    ["\u001b[2Jx", "\\u{1b}[2Jx"],
    ["a\nb", "a\\u{a}b"],
    ["a\u202eb", "a\\u{202e}b"],
    ["a\u200bb", "a\\u{200b}b"],
    ["\ud800", "\\u{d800}"],
    ["\u{e0041}", "\\u{e0041}"],
  ])("%j becomes %j", (raw, shown) => {
    expect(printable(raw)).toBe(shown);
  });

  test("cuts, also in the middle of a surrogate pair", () => {
    expect(printable("🙂🙂", 3)).toBe("🙂\\u{d83d}…");
  });

  test("never lets a control character through", () => {
    assert(
      property(string({ unit: "binary", maxLength: 60 }), (text) => {
        expect(printable(text)).not.toMatch(/[\p{Cc}\p{Cs}\u{202a}-\u{202e}]/u);
      }),
    );
  });
});
