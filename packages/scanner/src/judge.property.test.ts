import {
  array,
  assert,
  constantFrom,
  integer,
  oneof,
  property,
  string,
  tuple as tupleOf,
  uint8Array,
} from "fast-check";
import { describe, expect, test } from "vitest";
import { analysisOf, call, global, list, str, tuple } from "../testing/graphs.ts";
import * as pickles from "../testing/pickles.ts";
import { lookup } from "./allowlist/index.ts";
import { lookupTorch } from "./graph/torch.ts";
import { judge } from "./judge.ts";
import { scanBytes } from "./scan/scan-file.ts";

const WORD = oneof(
  string({ maxLength: 12 }),
  constantFrom(
    "numpy",
    "sklearn",
    "os",
    "builtins",
    "__proto__",
    "constructor",
    "_reconstruct",
    "system",
    "dtype",
    "a.b",
  ),
);

describe("default deny", () => {
  test("nothing that no list names is ever admitted, called or not", () => {
    assert(
      property(WORD, WORD, string({ maxLength: 5 }), (module, name, argument) => {
        if (lookup(module, name) !== undefined || lookupTorch(module, name) !== undefined) return;
        const value = global(module, name);
        for (const root of [value, call(value, tuple(str(argument))), list(value), call(call(value))]) {
          expect(["executable", "unanalyzable", "malicious"]).toContain(judge(analysisOf(root)).verdict);
        }
      }),
      { numRuns: 500 },
    );
  });

  test("a payload beside anything else stays malicious", () => {
    assert(
      property(array(tupleOf(WORD, WORD), { maxLength: 8 }), integer({ min: 0, max: 7 }), (names, at) => {
        const calls = names.map(([module, name]) => call(global(module, name)));
        calls.splice(at, 0, call(global("os", "system"), tuple(str("marker"))));
        expect(judge(analysisOf(list(...calls))).verdict).toBe("malicious");
      }),
      { numRuns: 300 },
    );
  });
});

describe("any bytes", () => {
  test("give a report, never an exception", () => {
    assert(
      property(uint8Array({ maxLength: 300 }), (bytes) => {
        const report = scanBytes(bytes);
        expect(report.admitted).toBe(report.verdict === "inert" || report.verdict === "allowlisted");
        expect(report.coverage.explained).toBeLessThanOrEqual(bytes.length);
        if (report.admitted) expect(report.coverage.explained).toBe(bytes.length);
      }),
      { numRuns: 1000 },
    );
  });

  test("before or after a payload do not admit it", () => {
    const payload = pickles.byStackGlobal("os", "system");
    assert(
      property(uint8Array({ maxLength: 40 }), uint8Array({ maxLength: 40 }), (before, after) => {
        expect(scanBytes(Buffer.concat([before, payload, after])).admitted).toBe(false);
      }),
      { numRuns: 500 },
    );
  });
});
