import { describe, expect, it } from "vitest";
import type { AuditFinding } from "../model/finding.ts";
import { finding, RULES } from "../testing/sample.ts";
import { applySuppressions, type Suppressed } from "./apply.ts";
import { directivesIn } from "./directive.ts";
import { directivesOf, mentionsUs } from "./of-source.ts";
import { SUPPRESSION_RULES } from "./rules.ts";

const TODAY = "2026-11-25";

function run(text: string, findings: readonly AuditFinding[]): Suppressed {
  const directives = directivesIn({ path: "src/app.py", kind: "python", text });
  return applySuppressions(findings, directives, { rules: RULES, today: TODAY });
}

function ids(outcome: Suppressed): string[] {
  return outcome.findings.map(({ ruleId }) => ruleId);
}

describe("a suppression", () => {
  it.each([
    ["on the line", "x\nload() # modelkeep: ignore[MK2001] our own model"],
    ["on the line above", "# modelkeep: ignore[MK2001] our own model\nload()"],
    ["by the rule's name", "x\nload() # modelkeep: ignore[unsafe-model-load] our own model"],
    ["in another case", "x\nload() #Modelkeep: IGNORE[mk2001] our own model"],
    ["among several rules", "x\nload() # modelkeep: ignore[MK2101, MK2001] our own model"],
    ["with an end that is today", `x\nload() # modelkeep: ignore[MK2001] our own model until=${TODAY}`],
    ["with its end first", "x\nload() # modelkeep: ignore[MK2001] until=2027-01-01 our own model"],
    ["behind a dash", "x\nload() # modelkeep: ignore[MK2001] - our own model"],
  ])("holds %s", (_, text) => {
    const outcome = run(text, [finding({ line: 2 })]);
    expect(outcome.suppressed).toMatchObject([{ by: "comment", reason: "our own model" }]);
    expect(ids(outcome)).not.toContain("MK2001");
  });

  it("above other comments and an empty line speaks of the code beneath them", () => {
    const text = "# modelkeep: ignore[MK2001] why\n# more\n\nload()";
    expect(run(text, [finding({ line: 4 })]).suppressed).toHaveLength(1);
  });

  it("at the end of a call over several lines speaks of the call", () => {
    const place = { path: "src/app.py", line: 1, column: 1, endLine: 3, endColumn: 2 };
    const outcome = run("load(\n  uri,\n) # modelkeep: ignore[MK2001] why", [finding({ place })]);
    expect(outcome.suppressed).toHaveLength(1);
  });

  it("keeps its end with what it silences", () => {
    const text = "x\nload() # modelkeep: ignore[MK2001] why until=2027-01-01";
    expect(run(text, [finding()]).suppressed[0]?.expires).toBe("2027-01-01");
  });

  it.each([
    ["without a reason", "load() # modelkeep: ignore[MK2001]", ["MK2001", "MK2910"]],
    ["with only an end", "load() # modelkeep: ignore[MK2001] until=2027-01-01", ["MK2001", "MK2910"]],
    ["without a rule", "load() # modelkeep: ignore why not", ["MK2001", "MK2911"]],
    ["with an empty bracket", "load() # modelkeep: ignore[] why not", ["MK2001", "MK2911"]],
    ["of an unknown rule", "load() # modelkeep: ignore[MK2002] why not", ["MK2001", "MK2911"]],
    ["of every rule", "load() # modelkeep: ignore[*] why not", ["MK2001", "MK2911"]],
    ["until no date", "load() # modelkeep: ignore[MK2001] why until=soon", ["MK2001", "MK2911"]],
    ["until no day", "load() # modelkeep: ignore[MK2001] why until=2026-02-30", ["MK2001", "MK2911"]],
    ["that expired", "load() # modelkeep: ignore[MK2001] why until=2026-11-24", ["MK2001", "MK2912"]],
    ["of another rule", "load() # modelkeep: ignore[MK2101] why not", ["MK2001", "MK2913"]],
    ["of the audit itself", "load() # modelkeep: ignore[MK2913] why not", ["MK2001", "MK2911"]],
    ["in a string", "load('# modelkeep: ignore[MK2001] why not')", ["MK2001"]],
    ["of another tool", "load() # other: ignore[MK2001] why not", ["MK2001"]],
    ["only mentioned", "load() # see modelkeep: ignore[MK2001] why not", ["MK2001"]],
  ])("does not hold %s", (_, line, expected) => {
    const outcome = run(`x\n${line}`, [finding({ line: 2 })]);
    expect(outcome.suppressed).toEqual([]);
    expect(ids(outcome)).toEqual(expected);
  });

  it("on another line silences nothing, and says so", () => {
    expect(ids(run("# modelkeep: ignore[MK2001] why\nx\nload()", [finding({ line: 3 })]))).toEqual([
      "MK2001",
      "MK2913",
    ]);
  });

  it("names the rule that was perhaps meant", () => {
    const outcome = run("x\nload() # modelkeep: ignore[unsafe-modl-load] why", [finding()]);
    expect(outcome.findings[1]?.message.en).toContain("did you mean unsafe-model-load?");
    expect(outcome.findings[1]?.message.zh).toContain("unsafe-model-load");
  });

  it("does not silence what is about suppressions", () => {
    const own = finding({ ruleId: "MK2910", line: 2 });
    expect(run("x\nload() # modelkeep: ignore[MK2001] why", [own]).suppressed).toEqual([]);
  });

  it("in one cell of a notebook says nothing of another", () => {
    const source = {
      path: "n.ipynb",
      kind: "notebook",
      text: "load() # modelkeep: ignore[MK2001] why",
    } as const;
    const place = { path: "n.ipynb", line: 1, column: 1, endLine: 1, endColumn: 7 };
    const findings = [1, 2].map((cell) => finding({ place: { ...place, cell } }));
    const outcome = applySuppressions(findings, directivesIn(source, 2), { rules: RULES, today: TODAY });
    expect(outcome.suppressed.map(({ finding: one }) => one.place.cell)).toEqual([2]);
  });

  it("of a path silences nothing in another file", () => {
    const outcome = run("x\nload() # modelkeep: ignore[MK2001] why", [finding({ path: "src/b.py" })]);
    expect(outcome.suppressed).toEqual([]);
  });
});

describe("the rules about suppressions", () => {
  it("have ids of their own, and both languages", () => {
    const rules = Object.values(SUPPRESSION_RULES);
    expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length);
    for (const { title, advice } of rules) {
      for (const text of [title.zh, advice.zh]) expect(text).toMatch(/\p{Script=Han}/u);
      for (const text of [title.en, advice.en]) expect(text).not.toMatch(/\p{Script=Han}/u);
    }
  });
});

describe("the suppressions of a notebook", () => {
  it("are those of its code cells, by cell and line", () => {
    const cells = [
      { cell_type: "markdown", source: "# modelkeep: ignore[MK2001] no" },
      { cell_type: "code", source: ["x = 1\n", "load() # modelkeep: ignore[MK2001] yes"] },
      { cell_type: "code", source: "# modelkeep: ignore[MK2101] yes\nload()" },
    ];
    const text = JSON.stringify({ cells });
    const directives = directivesOf({ path: "n.ipynb", kind: "notebook", text });
    expect(directives.map(({ place, line }) => [place.cell, line])).toEqual([
      [2, 2],
      [3, 2],
    ]);
  });

  it.each([
    "",
    "{",
    "[]",
    "null",
    '{"cells":{}}',
    '{"cells":[null,{"cell_type":"code"}]}',
    "[".repeat(100_000),
  ])("%.40j has none", (text) => {
    expect(directivesOf({ path: "n.ipynb", kind: "notebook", text })).toEqual([]);
  });

  it("is not even looked for in bytes that do not mention us", () => {
    expect(mentionsUs(Buffer.from("x = 1"))).toBe(false);
    expect(mentionsUs(Buffer.from("# Modelkeep: ignore"))).toBe(true);
  });
});
