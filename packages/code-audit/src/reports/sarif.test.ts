import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import Ajv from "ajv-draft-04";
import addFormats from "ajv-formats";
import { describe, expect, it } from "vitest";
import { readBaseline } from "../baseline/baseline.ts";
import type { AuditFinding } from "../model/finding.ts";
import { LineIndex } from "../model/source.ts";
import { githubComplaints } from "../testing/github-rules.ts";
import { finding } from "../testing/sample.ts";
import { CELL, CHAIN, documentWith, FILES, SECRET, story } from "../testing/story.ts";
import { lineHashes } from "./line-hash.ts";
import { MOST_RESULTS, sarif, sarifObject } from "./sarif.ts";

const SCHEMA = createRequire(import.meta.url).resolve(
  "@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json",
);
const ajv = new Ajv.default({ strict: false, allErrors: true, unicodeRegExp: false });
addFormats.default(ajv);
const isSarif = ajv.compile(JSON.parse(readFileSync(SCHEMA, "utf8")));

function schemaErrors(text: string): unknown {
  return isSarif(JSON.parse(text)) ? [] : isSarif.errors;
}

interface Log {
  readonly runs: readonly [
    { readonly results: readonly Result[]; readonly invocations: readonly [Invocation] },
  ];
}
interface Invocation {
  readonly executionSuccessful: boolean;
  readonly toolExecutionNotifications: readonly {
    readonly level: string;
    readonly message: { readonly text: string };
  }[];
}
interface Result {
  readonly ruleId: string;
  readonly baselineState?: string;
  readonly suppressions?: readonly object[];
  readonly partialFingerprints: Readonly<Record<string, string>>;
  readonly locations: readonly [
    { readonly physicalLocation: { readonly region: object; readonly artifactLocation: object } },
  ];
  readonly codeFlows?: readonly [
    { readonly threadFlows: readonly [{ readonly locations: readonly object[] }] },
  ];
  readonly fixes?: readonly [
    { readonly artifactChanges: readonly [{ readonly replacements: readonly Replacement[] }] },
  ];
}
interface Replacement {
  readonly deletedRegion: Readonly<Record<"startLine" | "startColumn" | "endLine" | "endColumn", number>>;
  readonly insertedContent?: { readonly text: string };
}

function runOf(...given: Parameters<typeof documentWith>): Log["runs"][0] {
  return (JSON.parse(sarif(documentWith(...given))) as Log).runs[0];
}

describe.each(["en", "zh"] as const)("SARIF in %s", (language) => {
  it("fits the schema of SARIF 2.1.0", () => {
    expect(schemaErrors(sarif(story(language)))).toEqual([]);
    expect(schemaErrors(sarif(documentWith([], language)))).toEqual([]);
  });

  it("is what GitHub code scanning takes", () => {
    expect(githubComplaints(JSON.parse(sarif(story(language))))).toEqual([]);
  });
});

describe("the check of what GitHub takes", () => {
  const log = sarif(story("en"));
  it.each([
    ["GH1011", (text: string) => text.replace("sarif-2.1.0.json", "sarif-2.0.0.json")],
    ["GH1013", (text: string) => text.replace('"version": "2.1.0"', '"version": "2.0.0"')],
    ["GH2012", (text: string) => text.replace('"fullDescription"', '"full"')],
    ["GH1001", (text: string) => text.replaceAll('"locations"', '"places"')],
    ["GH1002", (text: string) => text.replace('"executionOrder"', '"index"')],
    ["GH1003", (text: string) => text.replaceAll('"startLine"', '"line"')],
    ["GH1005", (text: string) => text.replaceAll('"uri": "src/app.py"', '"uri": "https://x/src/app.py"')],
    ["GH1006", (text: string) => text.replaceAll('"uri": "src/app.py"', '"uri": "file:///src/app.py"')],
    ["GH1015", (text: string) => text.replace('"ruleIndex": 0', '"ruleIndex": 1')],
    ["GH1017", (text: string) => text.replaceAll('"uri"', '"url"')],
    ["GH1018", (text: string) => text.replace('"name": "modelkeep"', '"nom": "modelkeep"')],
    ["precision", (text: string) => text.replace('"precision": "high"', '"precision": "sure"')],
    [
      "security-severity",
      (text: string) => text.replace('"security-severity": "9.5"', '"security-severity": "bad"'),
    ],
  ])("sees %s", (rule, spoil) => {
    const spoiled = spoil(log);
    expect(spoiled).not.toBe(log);
    expect(githubComplaints(JSON.parse(spoiled)).join("\n")).toContain(rule);
  });
});

describe("a result", () => {
  it("has the way of the data as a code flow that ends at the finding's place", () => {
    const [result] = runOf([CHAIN]).results;
    expect(result?.codeFlows?.[0].threadFlows[0].locations).toMatchObject([
      { location: { physicalLocation: { region: { startLine: 6, startColumn: 11 } } }, executionOrder: 1 },
      { location: { physicalLocation: { region: { startLine: 6, startColumn: 5 } } } },
      {
        location: { physicalLocation: { region: { startLine: 7, startColumn: 10 } } },
        importance: "essential",
      },
    ]);
  });

  it("has a fix whose replacements, applied, give the fixed text", () => {
    const text = FILES.get("src/app.py") ?? "";
    const lines = new LineIndex(text);
    const replacements = runOf([CHAIN]).results[0]?.fixes?.[0].artifactChanges[0].replacements ?? [];
    const fixed = replacements.toReversed().reduce((now, { deletedRegion: at, insertedContent }) => {
      const start = lines.startOf(at.startLine, text) + at.startColumn - 1;
      const end = lines.startOf(at.endLine, text) + at.endColumn - 1;
      return now.slice(0, start) + (insertedContent?.text ?? "") + now.slice(end);
    }, text);
    expect(fixed).toContain("模型 = SecureMLflowLoader().safe_load_model(uri)\n");
    expect(fixed.startsWith("from modelkeep import SecureMLflowLoader\nimport mlflow\n")).toBe(true);
  });

  it("in a notebook's cell stands on the line of the file", () => {
    const [result] = runOf([CELL]).results;
    const line =
      (FILES.get("study.ipynb") ?? "").split("\n").findIndex((one) => one.includes("load_model")) + 1;
    expect(result?.locations[0]).toMatchObject({
      physicalLocation: { region: { startLine: line, endLine: line } },
      logicalLocations: [{ name: "cell 2" }],
    });
  });

  it("is silenced with a justification, and unchanged where the baseline knows it", () => {
    const { results } = (JSON.parse(sarif(story("en"))) as Log).runs[0];
    expect(results.map(({ ruleId, baselineState }) => [ruleId, baselineState])).toEqual([
      ["MK2201", "new"],
      ["MK2001", "new"],
      ["MK2001", "unchanged"],
      ["MK2801", "unchanged"],
    ]);
    expect(results[2]?.suppressions).toEqual([
      { kind: "inSource", status: "accepted", justification: "replaced in spring (until 2027-03-31)" },
    ]);
    expect(results[3]?.suppressions).toBeUndefined();
  });

  it("has GitHub's own hash of its line beside our fingerprint", () => {
    const [result] = runOf([SECRET]).results;
    const hash = lineHashes(FILES.get("src/app.py") ?? "")[9];
    expect(result?.partialFingerprints).toEqual({
      "modelkeepFinding/v1": expect.stringMatching(/^[0-9a-f]{32}$/u),
      primaryLocationLineHash: hash,
    });
  });

  it.each([
    ["./src/a b#c.py", { uri: "src/a%20b%23c.py", uriBaseId: "%SRCROOT%" }],
    ["../up.py", { uri: "../up.py", uriBaseId: "%SRCROOT%" }],
    ["c:odd.py", { uri: "c%3Aodd.py", uriBaseId: "%SRCROOT%" }],
    ["/abs/é.py", { uri: "file:///abs/%C3%A9.py" }],
  ])("in %s has an address that is one", (path, expected) => {
    const result = runOf([finding({ path })]).results[0];
    expect(result?.locations[0].physicalLocation.artifactLocation).toEqual(expected);
    expect(result?.partialFingerprints["primaryLocationLineHash"]).toBeUndefined();
  });

  it.each<[string, Partial<AuditFinding>]>([
    [
      "edits beyond the text",
      { ...CHAIN, fix: { title: CHAIN.message, edits: [{ start: 9, end: 9e9, text: "" }] } },
    ],
    ["no edits", { ...CHAIN, fix: { title: CHAIN.message, edits: [] } }],
    ["a cell", { ...CELL, ...(CHAIN.fix === undefined ? {} : { fix: CHAIN.fix }) }],
  ])("with a fix of %s offers none", (_, given) => {
    expect(runOf([finding(given)]).results[0]?.fixes).toBeUndefined();
  });

  it("offers no fix whose text could hold a secret that the audit hid", () => {
    const fix = {
      title: CHAIN.message,
      edits: [
        { start: 0, end: 0, text: "hunter2" },
        { start: 180, end: 190, text: "" },
      ],
    };
    expect(runOf([{ ...SECRET, fix }]).results[0]?.fixes).toBeUndefined();
  });

  it("with more steps than GitHub shows keeps the first and the end", () => {
    const steps = Array.from({ length: 12_000 }, (_, index) => ({
      place: { path: "a.py", line: index + 1, column: 1, endLine: index + 1, endColumn: 2 },
      message: { en: "goes on", zh: "继续" },
    }));
    const flow = runOf([finding({ steps })]).results[0]?.codeFlows?.[0].threadFlows[0].locations;
    expect(flow).toHaveLength(1000);
    expect(flow?.at(-1)).toMatchObject({
      location: { message: { text: "Loads a model that nobody verified." } },
    });
  });
});

describe("a run", () => {
  it("says what was not read, and that it is not whole", () => {
    const { invocations } = (JSON.parse(sarif(story("en"))) as Log).runs[0];
    expect(invocations[0].executionSuccessful).toBe(false);
    expect(invocations[0].toolExecutionNotifications).toMatchObject([
      { level: "error", message: { text: "not read: it is a device" } },
      { level: "warning", message: { text: "audited in part: a syntax error" } },
    ]);
  });

  it("of more findings than GitHub takes keeps the most severe, and says how many it left", () => {
    const many = Array.from({ length: MOST_RESULTS + 7 }, (_, line) =>
      finding({ line: line + 1, severity: line < 7 ? "low" : "high" }),
    );
    const log = sarifObject(documentWith(many)) as unknown as Log;
    expect(log.runs[0].results).toHaveLength(MOST_RESULTS);
    expect(log.runs[0].invocations[0].toolExecutionNotifications[0]?.message.text).toMatch(
      /^7 findings are left out/u,
    );
    expect(JSON.stringify(log.runs[0].results.slice(0, 9))).not.toContain('"note"');
  });

  it("can be the next run's baseline: silenced findings are not in it", () => {
    const entries = readBaseline(sarif(story("en")), "b.sarif");
    expect(entries.map(({ ruleId, path, severity }) => [ruleId, path, severity])).toEqual([
      ["MK2201", "src/app.py", "high"],
      ["MK2001", "study.ipynb", "critical"],
      ["MK2801", ".github/workflows/ci.yml", "low"],
    ]);
  });

  it("shows no secret that the audit hid", () => {
    expect(sarif(story("en"))).not.toContain("hunter2-hunter2");
  });
});
