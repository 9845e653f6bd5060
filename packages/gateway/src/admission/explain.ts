import { type FileReport, type Finding, type ModelReport, SEVERITIES } from "@modelkeep/findings";
import { Refusal } from "../http/refusal.ts";

/** As many findings as a person reads in an error message. */
const MAX_FINDINGS = 3;

/** The refusal of a file, in words that tell its sender what was found, by which rule and where. */
export function refuseFile(report: FileReport): Refusal {
  const message = `${report.path} is not admitted: ${report.verdict}${findingsText(report.findings)}`;
  return new Refusal(422, "PERMISSION_DENIED", message, { sha256: report.sha256 });
}

/** The refusal of a model: what is wrong with it as a whole, then its worst files. */
export function refuseModel(report: ModelReport): Refusal {
  const files = report.files
    .filter((file) => !file.admitted)
    .slice(0, MAX_FINDINGS)
    .map((file) => ` ${file.path}: ${file.verdict}${findingsText(file.findings)}`);
  const whole = `the model ${report.path} is not admitted: ${report.verdict}${findingsText(report.findings)}`;
  return new Refusal(422, "PERMISSION_DENIED", [whole, ...files].join(";"));
}

function findingsText(findings: readonly Finding[]): string {
  const worst = [...findings]
    .sort((a, b) => SEVERITIES.indexOf(b.severity) - SEVERITIES.indexOf(a.severity))
    .slice(0, MAX_FINDINGS)
    .map(findingText);
  return worst.length === 0 ? "" : ` (${worst.join("; ")})`;
}

function findingText({ ruleId, message, evidence, location }: Finding): string {
  const where = [
    location.part === undefined || location.part === "" ? "" : ` in ${location.part}`,
    location.offset === undefined ? "" : ` at offset ${location.offset}`,
  ].join("");
  const shown = evidence === undefined ? "" : `: ${evidence}`;
  return `${ruleId} ${message}${shown}${where}`;
}
