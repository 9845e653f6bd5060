import type { AuditFinding } from "../model/finding.ts";
import type { AuditReport } from "../model/report.ts";
import type { AuditRule } from "../model/rule.ts";

/** Rules, findings and reports made by hand, for the tests of what comes after an audit. */

export const RULES: readonly AuditRule[] = [
  rule("MK2001", "unsafe-model-load", "critical", "CWE-502"),
  rule("MK2101", "plaintext-uri", "medium", "CWE-319"),
  rule("MK2201", "hard-coded-secret", "high", "CWE-798"),
  rule("MK2301", "command-injection", "critical", "CWE-78"),
  rule("MK2401", "verification-stub", "high", "CWE-347"),
  rule("MK2801", "unpinned-action", "low", "CWE-829"),
];

function rule(id: string, name: string, severity: AuditRule["severity"], cwe: string): AuditRule {
  return {
    id,
    name,
    severity,
    cwe,
    title: { en: `Title of ${name}.`, zh: `${name} 的标题。` },
    advice: { en: `Advice for ${name}.`, zh: `${name} 的建议。` },
  };
}

/** A finding of `MK2001` in `src/app.py`, unless told otherwise. */
export function finding(given: Partial<AuditFinding> & { line?: number; path?: string } = {}): AuditFinding {
  const { line = 2, path = "src/app.py", ...rest } = given;
  const known = RULES.find(({ id }) => id === (rest.ruleId ?? "MK2001"));
  return {
    ruleId: "MK2001",
    severity: known?.severity ?? "medium",
    message: { en: "Loads a model that nobody verified.", zh: "加载了未经验证的模型。" },
    place: { path, line, column: 9, endLine: line, endColumn: 38 },
    evidence: "mlflow.pyfunc.load_model(uri)",
    cwe: known?.cwe ?? "CWE-502",
    steps: [],
    ...rest,
  };
}

export function report(
  findings: readonly AuditFinding[],
  rest: Partial<Omit<AuditReport, "findings">> = {},
): AuditReport {
  return { files: 3, lines: 120, findings, suppressed: [], unaudited: [], ...rest };
}
