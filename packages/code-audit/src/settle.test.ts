import { checkRisks } from "@modelkeep/findings/risks/register";
import { describe, expect, it } from "vitest";
import { readBaseline, writeBaseline } from "./baseline/baseline.ts";
import { fingerprintsOf } from "./baseline/fingerprint.ts";
import type { AuditReport } from "./model/report.ts";
import { settle, type SettleOptions } from "./settle.ts";
import { finding, report, RULES } from "./testing/sample.ts";

const OPTIONS: SettleOptions = { rules: RULES, risks: [], today: "2026-11-25", audited: () => true };

function risks(...entries: object[]) {
  const place = { file: "modelkeep-risks.yaml", key: "accepted", lineOf: (index: number) => index + 2 };
  const whole = { id: "MK2001", paths: ["src"], reason: "why", owner: "ada", expires: "2027-01-01" };
  return checkRisks(
    entries.map((entry) => ({ ...whole, ...entry })),
    place,
  );
}

function before(of: AuditReport) {
  return { source: "b.json", entries: readBaseline(writeBaseline(of, fingerprintsOf(of)), "b.json") };
}

describe("fingerprints", () => {
  it("stay where code moves, white space changes, or another rule finds something", () => {
    const [old] = fingerprintsOf(report([finding({ line: 2, evidence: "load( uri )" })])).values();
    const moved = finding({ line: 90, evidence: "load(\n  uri )" });
    const now = fingerprintsOf(report([finding({ ruleId: "MK2101", line: 1 }), moved]));
    expect(now.get(moved)).toBe(old);
  });

  it("count equal sites apart, in the order of their places, silenced ones too", () => {
    const [a, b, c] = [finding({ line: 9 }), finding({ line: 1 }), finding({ line: 5 })];
    const all = fingerprintsOf(report([a, b, c]));
    const one = fingerprintsOf(report([b, c], { suppressed: [{ finding: a, reason: "r", by: "comment" }] }));
    expect(new Set(all.values()).size).toBe(3);
    expect([a, b, c].map((each) => one.get(each))).toEqual([a, b, c].map((each) => all.get(each)));
  });

  it.each([
    ["path", finding({ path: "src/b.py" })],
    ["rule", finding({ ruleId: "MK2101" })],
    ["code", finding({ evidence: "other()" })],
  ])("differ by %s", (_, other) => {
    const [[left] = [], [right] = []] = [finding(), other].map((one) => [
      ...fingerprintsOf(report([one])).values(),
    ]);
    expect(left).not.toBe(right);
  });
});

describe("a baseline", () => {
  it("lets only what is new count", () => {
    const old = finding({ line: 2 });
    const gone = finding({ evidence: "gone()" });
    const fresh = finding({ evidence: "fresh()", line: 9 });
    const settled = settle(report([old, fresh]), {
      ...OPTIONS,
      baseline: before(report([gone, finding({ line: 40 })])),
    });
    expect(settled.report.findings).toEqual([fresh]);
    expect(settled.report.suppressed).toEqual([{ finding: old, reason: "b.json", by: "baseline" }]);
    expect(settled.comparison).toMatchObject({ fresh: [fresh], same: [old], fixed: [{ ruleId: "MK2001" }] });
  });

  it("calls nothing fixed that was not looked at", () => {
    const settled = settle(report([]), {
      ...OPTIONS,
      audited: () => false,
      baseline: before(report([finding()])),
    });
    expect(settled.comparison?.fixed).toEqual([]);
  });

  it("excuses nothing about the audit itself", () => {
    const own = finding({ ruleId: "MK2910" });
    expect(settle(report([own]), { ...OPTIONS, baseline: before(report([own])) }).report.findings).toEqual([
      own,
    ]);
  });

  it("is the same bytes for the same findings", () => {
    const one = report([finding(), finding({ line: 8 })]);
    expect(writeBaseline(one, fingerprintsOf(one))).toBe(writeBaseline(one, fingerprintsOf(one)));
  });

  it.each([
    ["no JSON", "x", /is no JSON/u],
    ["a list", "[]", /is no JSON object/u],
    ["an empty object", "{}", /has the schema null/u],
    ["another schema", '{"schema":"x","findings":[]}', /has the schema "x"/u],
    ["no findings", '{"schema":"modelkeep-baseline/1"}', /no list of findings/u],
    ["a finding without fingerprint", '{"schema":"modelkeep-baseline/1","findings":[{}]}', /no fingerprint/u],
    ["a null", '{"schema":"modelkeep-baseline/1","findings":[null]}', /no mapping/u],
    [
      "a finding without a path",
      `{"schema":"modelkeep-baseline/1","findings":[{"fingerprint":"${"a".repeat(32)}","ruleId":"x"}]}`,
      /no ruleId, path or line/u,
    ],
    ["another tool's SARIF", '{"runs":[{"results":[{"ruleId":"B301"}]}]}', /no report of modelkeep audit/u],
    ["a run without results", '{"runs":[{}]}', /run without results/u],
  ])("that is %s is refused", (_, text, message) => {
    expect(() => readBaseline(text, "b.json")).toThrow(message);
  });
});

describe("the register of accepted risks", () => {
  it.each([
    ["rule", {}],
    ["name", { id: "unsafe-model-load" }],
    ["fingerprint", { id: [...fingerprintsOf(report([finding()])).values()][0] ?? "" }],
  ])("takes out what an entry covers by %s, with reason, owner and end", (_, entry) => {
    const { report: out } = settle(report([finding()]), { ...OPTIONS, risks: risks(entry) });
    expect(out.findings).toEqual([]);
    expect(out.suppressed).toMatchObject([{ by: "register", reason: "why (ada)", expires: "2027-01-01" }]);
  });

  it("fails the run when an entry expires, at the entry's line", () => {
    const { report: out } = settle(report([finding()]), {
      ...OPTIONS,
      risks: risks({ expires: "2026-11-24" }),
    });
    expect(out.findings.map(({ ruleId }) => ruleId)).toEqual(["MK2920", "MK2001"]);
    expect(out.findings[0]).toMatchObject({
      severity: "high",
      place: { path: "modelkeep-risks.yaml", line: 2 },
    });
  });

  it("fails the run for an expired entry although its finding is gone", () => {
    const { report: out } = settle(report([]), { ...OPTIONS, risks: risks({ expires: "2020-01-01" }) });
    expect(out.findings.map(({ ruleId }) => ruleId)).toEqual(["MK2920"]);
  });

  it.each([
    ["an entry elsewhere", { paths: ["tests"] }, ["MK2921", "MK2001"]],
    ["an entry of another rule", { id: "MK2101" }, ["MK2921", "MK2001"]],
    ["an advisory's entry", { id: "CVE-2024-37059" }, ["MK2001"]],
  ])("%s covers nothing", (_, entry, expected) => {
    const { report: out } = settle(report([finding()]), { ...OPTIONS, risks: risks(entry) });
    expect(out.findings.map(({ ruleId }) => ruleId)).toEqual(expected);
  });

  it("calls no entry unused whose paths were not all audited", () => {
    const options = {
      ...OPTIONS,
      audited: (path: string) => path !== "lib",
      risks: risks({ paths: ["lib/*/x"] }),
    };
    expect(settle(report([]), options).report.findings).toEqual([]);
  });

  it("cannot accept that an acceptance expired", () => {
    const entries = risks({ expires: "2020-01-01" }, { id: "MK2920", paths: ["."] });
    const { report: out } = settle(report([]), { ...OPTIONS, risks: entries });
    expect(out.findings.map(({ ruleId }) => ruleId)).toEqual(["MK2920", "MK2921"]);
  });
});
