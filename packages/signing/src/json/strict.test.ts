import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SigningError } from "../errors.ts";
import { parsePlain } from "./fast.ts";
import { parseWithPlaces } from "./slow.ts";
import { parseStrictJson } from "./strict.ts";
import { isJsonArray, isJsonObject, JsonRecord, type JsonValue } from "./value.ts";

const parse = (text: string) => plain(parseStrictJson(Buffer.from(text), "it"));

/** As maps, to compare. */
function plain(value: JsonValue): unknown {
  if (isJsonArray(value)) return value.map((one) => plain(one));
  return isJsonObject(value) ? new Map([...value].map(([key, one]) => [key, plain(one)])) : value;
}

describe("parseStrictJson", () => {
  test("reads what JSON.parse reads", () => {
    expect(parse(' {"a":[1,-2.5e3,true,false,null,"x\\u00e9\\n\\ud83d\\ude00"],"b":{}} ')).toEqual(
      new Map<string, unknown>([
        ["a", [1, -2500, true, false, null, "xé\n😀"]],
        ["b", new Map()],
      ]),
    );
  });

  test("keeps __proto__ as a key like any other", () => {
    expect(parse('{"__proto__":1}')).toEqual(new Map([["__proto__", 1]]));
  });

  test.each([
    ["a key twice", '{"a":1,"a":1}'],
    ["a key twice, spelled with an escape", '{"a":1,"\\u0061":1}'],
    ["a key twice, deep", '[{"x":{"a":1,"b":2,"a":3}}]'],
    ["text behind the document", "{} x"],
    ["a second document", "{}{}"],
    ["a byte order mark", "\ufeff{}"],
    ["a trailing comma", "[1,]"],
    ["a comment", "[1/**/]"],
    ["NaN", "[NaN]"],
    ["a number beyond doubles", "[1e999]"],
    ["a leading zero", "[01]"],
    ["a plus", "[+1]"],
    ["single quotes", "['a']"],
    ["a raw control character", '["a\nb"]'],
    ["half a surrogate pair", '["\\ud800"]'],
    ["an unknown escape", '["\\x41"]'],
    ["a cut escape", '["\\u12"]'],
    ["an open string", '["a'],
    ["an open object", '{"a":1'],
    ["a missing colon", '{"a" 1}'],
    ["nothing", ""],
    ["nesting", "[".repeat(100_000)],
  ])("refuses %s", (_, text) => {
    expect(() => parse(text)).toThrowError(SigningError);
  });

  test("refuses what is not UTF-8", () => {
    expect(() => parseStrictJson(Uint8Array.of(0x22, 0xc0, 0xaf, 0x22), "it")).toThrowError(/not UTF-8/u);
  });

  test("says where", () => {
    expect(() => parse('{"a":1,"a":2}')).toThrowError(/the key "a" stands twice.*at character 10/u);
  });

  test("the fast reader takes nothing that the slow one refuses, and reads it the same", () => {
    const piece = fc.constantFrom(
      ...'{}[]:,"0-1e9 \\ntrue"'.split(""),
      '"a"',
      '"b":',
      '"a":1',
      "null",
      "1e999",
      "[1]",
      '{"a":{}}',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const text = pieces.join("");
        const fast = parsePlain(text);
        if (fast !== undefined) expect(plain(parseWithPlaces(text, "it"))).toEqual(plain(fast));
      }),
      { numRuns: 5000 },
    );
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(plain(parseWithPlaces(text, "it"))).toEqual(parse(text));
      }),
    );
  });

  test("what is plain goes the fast way", () => {
    expect(parsePlain('{"a":[1,{"b":"ü"}],"__proto__":null}')).toBeInstanceOf(JsonRecord);
    for (const text of ['{"a":1,"a":1}', '{"a":"\\n"}', "[1e999]", "[".repeat(40), '"']) {
      expect(parsePlain(text)).toBeUndefined();
    }
  });
});
