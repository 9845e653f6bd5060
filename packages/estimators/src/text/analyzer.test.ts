import { describe, expect, test } from "vitest";
import { State } from "../read/state.ts";
import { dict, type Plain, tuple, value } from "../testing/graph.ts";
import { readAnalyzer } from "./analyzer.ts";

const defaults: Record<string, Plain> = {
  input: "content",
  analyzer: "word",
  lowercase: true,
  strip_accents: null,
  preprocessor: null,
  tokenizer: null,
  stop_words: null,
  token_pattern: "(?u)\\b\\w\\w+\\b",
  ngram_range: tuple(1, 1),
};

function analyze(text: string, options: Record<string, Plain> = {}): string[] {
  const entries = dict({ ...defaults, ...options });
  if (entries.kind !== "dict") throw new Error("no dict");
  const attributes = new Map(entries.entries.map(([key, v]) => [key.kind === "str" ? key.value : "", v]));
  return readAnalyzer(new State("sklearn.feature_extraction.text.CountVectorizer", 105, attributes))(text);
}

describe("terms as Python's regular expressions give them", () => {
  test("words of two and more word characters", () => {
    expect(analyze("The dog's a_b tail-2 \u00e9t\u00e9 x")).toEqual([
      "the",
      "dog",
      "a_b",
      "tail",
      "\u00e9t\u00e9",
    ]);
  });

  test("a combining mark is no word character, a numeral is", () => {
    expect(analyze("x\u0301yz \u216b2")).toEqual(["yz", "\u217b2"]);
  });

  test("n-grams by size, then by place", () => {
    expect(analyze("aa bb cc", { ngram_range: tuple(1, 2) })).toEqual(["aa", "bb", "cc", "aa bb", "bb cc"]);
    expect(analyze("abc", { analyzer: "char", ngram_range: tuple(2, 3) })).toEqual(["ab", "bc", "abc"]);
    expect(analyze("a", { analyzer: "char_wb", ngram_range: tuple(4, 5) })).toEqual([" a "]);
  });

  test("accents go, but only combining ones", () => {
    expect(
      analyze("na\u00efve \u0e01\u0e33", {
        strip_accents: "unicode",
        analyzer: "char",
        ngram_range: tuple(20, 20),
      }),
    ).toEqual([]);
    expect(analyze("na\u00efve", { strip_accents: "unicode" })).toEqual(["naive"]);
    expect(analyze("stra\u00dfe", { strip_accents: "ascii" })).toEqual(["strae"]);
  });

  test.each([
    ["tokenizer", { tokenizer: value({ kind: "global", module: "os", name: "system", offset: 0 }) }],
    ["token_pattern", { token_pattern: "(a+)+$" }],
    ["input", { input: "filename" }],
    ["ngram_range", { ngram_range: tuple(1, 1e9) }],
    ["stop_words", { stop_words: "german" }],
  ])("refuses %s", (name, options) => {
    expect(() => analyze("x", options)).toThrow(name);
  });
});
