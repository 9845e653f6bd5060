import { describe, expect, it } from "vitest";
import type { AuditFinding } from "../model/finding.ts";
import { finding } from "../testing/sample.ts";
import { hideSecrets } from "./hide-secrets.ts";

function evidence(...findings: readonly AuditFinding[]): string[] {
  return hideSecrets(findings).map((one) => one.evidence);
}

describe("hideSecrets", () => {
  it.each([
    ["MK2203", '"sk-proj-abcdef"', '"•••"'],
    ["MK2203", "connect(password='n0t-so-gooD')", "connect(password='•••')"],
    ["MK2203", `"it\\"s-secret"`, `"•••"`],
    ["MK2203", '"cut off in the mid…', '"•••'],
    ["MK2203", '"abc"', '"abc"'],
    ["MK2201", 'mlflow.log_param("api_key", "abcd1234")', 'mlflow.log_param("api_key", "•••")'],
    ["MK2103", 'set("http://u:hunter2@h/x")', 'set("http://u:•••@h/x")'],
    ["MK2001", 'load("http://u:hunter2@h/x")', 'load("http://u:•••@h/x")'],
    ["MK2001", 'load("models:/secret/1")', 'load("models:/secret/1")'],
  ])("%s %s is shown as %s", (ruleId, given, shown) => {
    expect(evidence(finding({ ruleId, evidence: given }))).toEqual([shown]);
  });

  it("hides a secret in every finding of the file, with its messages and steps, and in no other file", () => {
    const secret = finding({ ruleId: "MK2203", evidence: '"hunter2-hunter2"' });
    const said = { en: "is hunter2-hunter2", zh: "是 hunter2-hunter2" };
    const near = finding({
      evidence: 'login("hunter2-hunter2")',
      message: said,
      steps: [{ place: secret.place, message: said }],
      suggestion: { reason: said, patch: "x = 'hunter2-hunter2'" },
    });
    const far = finding({ path: "other.py", evidence: 'login("hunter2-hunter2")' });
    const [, shown, other] = hideSecrets([secret, near, far]);
    expect(JSON.stringify(shown)).not.toContain("hunter2-hunter2");
    expect(other?.evidence).toBe('login("hunter2-hunter2")');
  });

  it("leaves a fix as it is applied", () => {
    const fix = { title: { en: "t", zh: "t" }, edits: [{ start: 0, end: 1, text: '"hunter2-hunter2"' }] };
    const [shown] = hideSecrets([finding({ ruleId: "MK2203", evidence: '"hunter2-hunter2"', fix })]);
    expect(shown?.fix).toEqual(fix);
  });
});
