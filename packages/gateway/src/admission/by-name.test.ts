import type { FileReport } from "@modelkeep/findings";
import { expect, test } from "vitest";
import { judgedAsNamed } from "./by-name.ts";

function report(format: string, admitted: boolean): FileReport {
  return {
    path: "x",
    sha256: "0".repeat(64),
    size: 3,
    format,
    verdict: admitted ? "inert" : "malicious",
    admitted,
    coverage: { bytes: 3, explained: 3 },
    findings: [],
  };
}

test.each(["text", "json", "csv", "zip", "empty"])("a MLmodel that was judged as %s is refused", (format) => {
  const named = judgedAsNamed(report(format, true), "MLmodel");
  expect(named).toMatchObject({ path: "MLmodel", verdict: "unanalyzable", admitted: false });
  expect(named.findings).toMatchObject([{ ruleId: "MK1302" }]);
});

test("a MLmodel that was judged as one, and a file of another name, keep their verdict", () => {
  expect(judgedAsNamed(report("mlmodel", true), "MLmodel")).toMatchObject({ admitted: true, findings: [] });
  expect(judgedAsNamed(report("text", true), "notes.txt")).toMatchObject({ admitted: true, findings: [] });
});

test("a refusal keeps its own reason", () => {
  expect(judgedAsNamed(report("text", false), "MLmodel")).toMatchObject({
    verdict: "malicious",
    findings: [],
  });
});
