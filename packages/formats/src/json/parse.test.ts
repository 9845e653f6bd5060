import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FormatError } from "../context.ts";
import { checkJson, type Json, JsonFloat, parseJson, parseJsonLocated } from "./parse.ts";

/** The parser's data as what `JSON.parse` gives. */
function plain(json: Json): unknown {
  if (json instanceof JsonFloat) return json.value;
  if (typeof json === "bigint") return Number(json);
  if (json instanceof Map) return Object.fromEntries([...json].map(([key, value]) => [key, plain(value)]));
  if (Array.isArray(json)) return json.map(plain);
  return json;
}

function codeOf(text: string): string {
  try {
    parseJson(text);
    checkJson(text);
  } catch (error) {
    if (error instanceof FormatError) return error.code;
    throw error;
  }
  return "no error";
}

describe("reads what JSON.parse reads", () => {
  test("any value, any spacing", () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), fc.nat(3), (value, indent) => {
        fc.pre(!JSON.stringify(value).includes("__proto__"));
        expect(plain(parseJson(JSON.stringify(value, null, indent)))).toEqual(
          JSON.parse(JSON.stringify(value)),
        );
      }),
      { seed: 41, numRuns: 1000 },
    );
  });

  test("and refuses what it refuses", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[[\]{}",:0-9.eE+\-a-ftrunl\\ \n]{0,12}$/), (text) => {
        let reference = true;
        try {
          JSON.parse(text);
        } catch {
          reference = false;
        }
        if (!reference) expect(codeOf(text)).not.toBe("no error");
        else expect(codeOf(text)).toMatch(/^(?:no error|ambiguous)$/);
      }),
      { seed: 42, numRuns: 5000 },
    );
  });
});

describe("Python's view", () => {
  test("integers and floats are told apart, large integers keep their digits", () => {
    expect(parseJson("[1, 1.0, 1e0, -0, -0.0, 12345678901234567890]")).toEqual([
      1,
      new JsonFloat(1),
      new JsonFloat(1),
      0,
      new JsonFloat(-0),
      12345678901234567890n,
    ]);
  });

  test("its constants are read", () => {
    expect(plain(parseJson("[NaN, Infinity, -Infinity]"))).toEqual([Number.NaN, Infinity, -Infinity]);
  });

  test("no key is special", () => {
    const object = parseJson('{"__proto__": 1, "constructor": 2}');
    expect(object).toEqual(
      new Map([
        ["__proto__", 1],
        ["constructor", 2],
      ]),
    );
  });
});

test.each<[string, string]>([
  ['{"a": 1, "a": 2}', "ambiguous"],
  ['{"a": 1, "\\u0061": 2}', "ambiguous"],
  ["[".repeat(1000), "budget"],
  ["9".repeat(5000), "budget"],
  ["", "malformed"],
  ["[1,]", "malformed"],
  ['{"a": 1,}', "malformed"],
  ["{a: 1}", "malformed"],
  ["[1 2]", "malformed"],
  ["01", "malformed"],
  ["1.", "malformed"],
  ["nan", "malformed"],
  ['"\t"', "malformed"],
  ['"\\x41"', "malformed"],
  ['"\\u12"', "malformed"],
  ['"open', "malformed"],
  ["[1] 2", "malformed"],
  ["]", "malformed"],
  ["[}", "malformed"],
])("%s is %s", (text, code) => {
  expect(codeOf(text)).toBe(code);
});

test("checking alone finds what parsing finds", () => {
  for (const text of ['{"a": {"b": 1, "b": 2}}', "[1, [2, 3]", "[".repeat(1000)]) {
    expect(() => checkJson(text)).toThrow(FormatError);
  }
  expect(() => checkJson('{"a": [1, {"b": "c"}], "d": null}')).not.toThrow();
});

test("containers know where they begin", () => {
  const { value, offsetOf } = parseJsonLocated('{"a": [1], "b": {}}');
  const object = value instanceof Map ? value : new Map<string, Json>();
  expect([offsetOf(value), offsetOf(object.get("a") ?? null), offsetOf(object.get("b") ?? null)]).toEqual([
    0, 6, 16,
  ]);
});
