import { SEVERITIES } from "@modelkeep/findings";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { finding, report } from "../testing/sample.ts";
import { scoreInput } from "./input.ts";
import { PARTS, WEIGHTS } from "./parts.ts";
import { type Scored, type ScoreInput, scoreOf } from "./score.ts";

const CLEAN: ScoreInput = { findings: [], dependencies: [], unread: 0, partial: 0 };

const scored = fc.record<Scored>({
  ruleId: fc.constantFrom("MK2001", "MK2002", "MK2101", "MK2201", "MK2301", "MK2401", "MK2801", "MK2910"),
  severity: fc.constantFrom(...SEVERITIES),
  accepted: fc.boolean(),
});
const input = fc.record({
  findings: fc.array(scored, { maxLength: 12 }),
  dependencies: fc.array(scored, { maxLength: 5 }),
  unread: fc.nat(2),
  partial: fc.nat(2),
});

describe("the score", () => {
  it("has parts that make 100, and gives all of it to what is clean", () => {
    expect(PARTS.reduce((sum, part) => sum + WEIGHTS[part], 0)).toBe(100);
    expect(scoreOf(CLEAN)).toMatchObject({ total: 100, caps: [], improvements: [] });
  });

  it("is never lowered by taking any finding away", () => {
    fc.assert(
      fc.property(input, fc.nat(), (given, at) => {
        const less = {
          ...given,
          findings: given.findings.toSpliced(at % Math.max(1, given.findings.length), 1),
        };
        expect(scoreOf(less).total).toBeGreaterThanOrEqual(scoreOf(given).total);
        expect(scoreOf(less).sum).toBeGreaterThanOrEqual(scoreOf(given).sum);
      }),
    );
  });

  it("is never lowered by accepting a finding, nor raised by it to what mending gives", () => {
    fc.assert(
      fc.property(input, scored, (given, one) => {
        const of = (accepted: boolean): number =>
          scoreOf({ ...given, findings: [...given.findings, { ...one, accepted }] }).sum;
        expect(of(true)).toBeGreaterThanOrEqual(of(false));
        expect(scoreOf(given).sum).toBeGreaterThanOrEqual(of(true));
      }),
    );
  });

  it("is the same for any order, and between 0 and 100", () => {
    fc.assert(
      fc.property(input, (given) => {
        const turned = { ...given, findings: given.findings.toReversed() };
        const { total } = scoreOf(given);
        expect(scoreOf(turned)).toEqual(scoreOf(given));
        expect(Number.isInteger(total) && total >= 0 && total <= 100).toBe(true);
      }),
    );
  });

  it("cannot be raised by files that are clean", () => {
    const small = report([finding()], { files: 1 });
    const large = report([finding()], { files: 100_000, lines: 9_000_000 });
    expect(scoreOf(scoreInput(large))).toEqual(scoreOf(scoreInput(small)));
  });

  it.each<[string, Partial<ScoreInput>, number]>([
    ["one critical finding", { findings: [{ ruleId: "MK2801", severity: "critical" }] }, 49],
    ["one high finding", { findings: [{ ruleId: "MK2801", severity: "high" }] }, 79],
    ["a file that nobody could read", { unread: 1 }, 79],
    ["a file that was audited in part", { partial: 1 }, 94],
    ["a critical advisory", { dependencies: [{ ruleId: "CVE-1", severity: "critical" }] }, 49],
  ])("is capped by %s", (_, given, limit) => {
    expect(scoreOf({ ...CLEAN, ...given }).total).toBe(limit);
  });

  it("lets an accepted critical finding cost half, and cap nothing", () => {
    const findings = [{ ruleId: "MK2001", severity: "critical", accepted: true } as const];
    expect(scoreOf({ ...CLEAN, findings })).toMatchObject({ caps: [], sum: 91.213 });
  });

  it("gives nothing for dependencies that nobody looked up, and says so", () => {
    const { findings, unread, partial } = CLEAN;
    const score = scoreOf({ findings, unread, partial });
    expect(score.total).toBe(90);
    expect(score.parts.at(-1)).toMatchObject({ part: "dependencies", points: 0, state: "no-data" });
    expect(score.improvements).toEqual([{ kind: "data", count: 0, after: 100, sum: 100 }]);
  });

  it("says what each point is lost to: the parts' losses add up", () => {
    fc.assert(
      fc.property(input, (given) => {
        for (const { weight, points, deductions } of scoreOf(given).parts) {
          const lost = deductions.reduce((sum, deduction) => sum + deduction.lost, 0);
          expect(Math.abs(weight - points - lost)).toBeLessThan(0.05);
        }
      }),
    );
  });

  it("names the three steps that raise it most, and each reaches what it promises", () => {
    fc.assert(
      fc.property(input, (given) => {
        const { total, improvements } = scoreOf(given);
        const after = improvements.map((one) => one.after);
        expect(improvements.length).toBeLessThanOrEqual(3);
        expect(after).toEqual(after.toSorted((a, b) => a - b));
        for (const each of after) expect(each).toBeGreaterThanOrEqual(total);
      }),
    );
    const findings = [
      { ruleId: "MK2001", severity: "critical" },
      { ruleId: "MK2301", severity: "critical" },
      { ruleId: "MK2101", severity: "medium" },
    ] as const;
    const { improvements } = scoreOf({ ...CLEAN, findings });
    expect(improvements.map(({ ruleId }) => ruleId)).toEqual(["MK2001", "MK2301", "MK2101"]);
    expect(improvements.at(-1)?.after).toBe(100);
  });

  it("counts what a baseline excuses in full", () => {
    const excused = report([], { suppressed: [{ finding: finding(), reason: "b.json", by: "baseline" }] });
    expect(scoreOf(scoreInput(excused)).total).toBe(scoreOf(scoreInput(report([finding()]))).total);
  });
});
