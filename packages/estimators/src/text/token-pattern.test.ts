import { describe, expect, test } from "vitest";
import { MatchBudgetError, tokenFinder } from "./token-matcher.ts";
import { parseTokenPattern, PatternRefusal } from "./token-pattern.ts";

const find = (pattern: string, text: string): string[] => tokenFinder(parseTokenPattern(pattern))(text);

describe("re.findall", () => {
  // Each answer is CPython's own.
  test.each<[string, string, string[]]>([
    [String.raw`(?u)\b\w\w+\b`, "a naïve x_1 你好 ١٢", ["naïve", "x_1", "你好", "١٢"]],
    [String.raw`\b[a-zA-Z]{3,}\b`, "the on Fox 123abc", ["the", "Fox"]],
    [String.raw`\w+(?:-\w+)*`, "state-of-the-art a-", ["state-of-the-art", "a"]],
    [String.raw`(?:^|\s)(\w+)`, "one two,three four", ["one", "two", "four"]],
    [String.raw`\d+(?:\.\d+)?`, "3.14 and 42.", ["3.14", "42"]],
    [String.raw`(?<![\w-])\w+(?!-)`, "ab-cd ef", ["a", "ef"]],
    [String.raw`[^\W\d_]+`, "a1b_c é", ["a", "b", "c", "é"]],
    [String.raw`(?a)\w+`, "naïve", ["na", "ve"]],
    [String.raw`a.c`, "abc a\nc a\u2028c", ["abc", "a\u2028c"]],
    [String.raw`(?s)a.c`, "a\nc", ["a\nc"]],
    [String.raw`\w$`, "ab\n", ["b"]],
    [String.raw`\w\Z`, "ab\n", []],
    [String.raw`(?m)^\w`, "ab\ncd", ["a", "c"]],
    [String.raw`\w*`, "ab c", ["ab", "", "c", ""]],
    ["|a", "a", ["", "a", ""]],
    ["a{,2}b", "aaab", ["aab"]],
    ["a{b", "a{b", ["a{b"]],
    ["[]x]+", "]x[", ["]x"]],
    [String.raw`\u00e9|\x41`, "éA", ["é", "A"]],
    [".", "😀", ["😀"]],
  ])("%s of %j", (pattern, text, tokens) => {
    expect(find(pattern, text)).toEqual(tokens);
  });
});

test.each([
  ["(?i)a", /flag i/u],
  ["(?x) a", /flag x/u],
  [String.raw`(a)\1`, /escape/u],
  ["(a)(b)", /more than one/u],
  ["(a)+", /captures what is repeated/u],
  ["(a*)*", /captures|empty/u],
  ["(?:a*)*", /may be empty/u],
  ["a++", /repeats a repetition/u],
  ["(?>a)", /not followed/u],
  ["(?i:a)", /not followed/u],
  ["(?<=a+)b", /fixed width/u],
  ["(?=(a))", /looks around/u],
  ["^*", /position/u],
  ["*a", /repeats nothing/u],
  ["(a", /parenthesis/u],
  ["a)", /parenthesis/u],
  ["[a", /too early/u],
  ["[z-a]", /range/u],
  [String.raw`[\w-z]`, /range/u],
  [String.raw`\B`, /escape/u],
  [String.raw`\p`, /escape/u],
  [String.raw`\ud`, /too early/u],
  [String.raw`\U00ffffff`, /no character/u],
  ["a{3,2}", /counts/u],
  ["a{9999999}", /counts/u],
  ["(?:".repeat(60), /nests/u],
  ["a".repeat(1001), /longer/u],
])("refuses %s", (pattern, message) => {
  expect(() => parseTokenPattern(pattern)).toThrow(PatternRefusal);
  expect(() => parseTokenPattern(pattern)).toThrow(message);
});

test("a pattern that would take for ever is stopped", () => {
  expect(() => find(String.raw`(?:\w+)*!`, "a".repeat(200))).toThrow(MatchBudgetError);
  expect(() => find(String.raw`\w*\w*\w*\w*\w*!`, "a".repeat(500))).toThrow(MatchBudgetError);
  expect(() => find("(?:a-)+b", "a-".repeat(100_000))).toThrow(MatchBudgetError);
});
