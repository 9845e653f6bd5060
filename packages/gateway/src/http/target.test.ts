import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { encodeTarget, normaliseTarget, safeArtifactPath } from "./target.ts";

describe("refused, since two readers could differ", () => {
  test.each([
    ["/a/../b"],
    ["/a/%2e%2e/b"],
    ["/a/.%2E/b"],
    ["/./a"],
    ["//a"],
    ["/a//b"],
    ["/a%2fb"],
    ["/a%2Fb"],
    ["/a%5cb"],
    ["/a\\b"],
    ["/a%00"],
    ["/a%0ab"],
    ["/a%252e"],
    ["/%25%32%65"],
    ["/a%"],
    ["/a%zz"],
    ["/a%ff"],
    ["/a%c0%ae"],
    ["/a%e2%80%a8"],
    ["/a%c2%85"],
    ["/a#b"],
    ["*"],
    ["a"],
    [""],
    ["http://other/a"],
    ["/a?b=%ff"],
    ["/a?b=%00"],
    ["/a?b=%"],
    [`/${"a".repeat(40_000)}`],
  ])("%j", (raw) => {
    expect(() => normaliseTarget(raw)).toThrow(expect.objectContaining({ status: 400 }));
  });
});

describe("one spelling for each honest target", () => {
  test.each([
    ["/", "/"],
    ["/a/b/", "/a/b/"],
    ["/a%20b", "/a%20b"],
    ["/100%25.txt", "/100%25.txt"],
    ["/%61", "/a"],
    ["/caf%C3%A9", "/caf%C3%A9"],
    ["/a?x=1&y=a+b", "/a?x=1&y=a%20b"],
    ["/a?x=%2F..%2F", "/a?x=%2F..%2F"],
    ["/a?x=1&x=2&&", "/a?x=1&x=2"],
    ["/a?x", "/a?x="],
    ["/a:b@c", "/a%3Ab%40c"],
  ])("%s → %s", (raw, encoded) => {
    expect(normaliseTarget(raw).encoded).toBe(encoded);
  });

  test("normalising again changes nothing", () => {
    const segment = fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(fc.array(segment, { maxLength: 6 }), fc.dictionary(segment, segment), (segments, query) => {
        const raw = encodeTarget(
          `/${segments.join("/")}`,
          new Map(Object.entries(query).map(([name, value]) => [name, [value]])),
        );
        let first: ReturnType<typeof normaliseTarget>;
        try {
          first = normaliseTarget(raw);
        } catch {
          return;
        }
        const second = normaliseTarget(first.encoded);
        expect(second.path).toBe(first.path);
        expect([...second.query]).toEqual([...first.query]);
        expect(second.encoded).toBe(first.encoded);
      }),
    );
  });

  test("an accepted path never leaves its root, however it was spelled", () => {
    const piece = fc.constantFrom(
      "a",
      "..",
      ".",
      "/",
      "%2e",
      "%2E",
      "%2f",
      "%5c",
      "\\",
      "%25",
      "2e",
      "%252e",
      "%00",
      " ",
      "é",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        let path: string;
        try {
          ({ path } = normaliseTarget(`/${pieces.join("")}`));
        } catch {
          return;
        }
        expect(new URL(`http://h${encodeTarget(path, new Map())}`).pathname).toBe(
          encodeTarget(path, new Map()),
        );
        expect(path.split("/")).not.toContain("..");
      }),
      { numRuns: 2_000 },
    );
  });
});

describe("artifact paths", () => {
  test.each([
    ["../a"],
    ["a/../b"],
    ["/etc/passwd"],
    ["a//b"],
    ["./a"],
    ["a\\b"],
    ["C:/a"],
    ["c:a"],
    ["a%2e"],
    ["%2fetc"],
    ["a?b"],
    ["a#b"],
    ["a\u0000"],
    ["a\n"],
    ["a/\u2028"],
    ["/"],
    ["é".repeat(128)],
    ["d/".repeat(1_800)],
  ])("%j is refused", (path) => {
    expect(() => safeArtifactPath(path)).toThrow(expect.objectContaining({ status: 400 }));
  });

  test.each([
    ["model/MLmodel", "model/MLmodel"],
    ["model/", "model"],
    ["", ""],
    ["a b/ü.txt", "a b/ü.txt"],
    ["100%.txt", "100%.txt"],
    ["a..b", "a..b"],
  ])("%j is taken", (path, safe) => {
    expect(safeArtifactPath(path)).toBe(safe);
  });
});
