import { type ErrorCode, ModelkeepError, type ModelReport } from "@modelkeep/findings";
import type { Policy } from "@modelkeep/scanner";

const MAX_REASONS = 3;

/**
 * The decision after the scan.
 * @throws {ModelkeepError} `NOT_ADMITTED` with the worst findings
 */
export function requireAdmitted(report: ModelReport, policy: Policy): void {
  if (report.verdict === "executable") {
    throw refusal(
      report,
      "it runs code that came with the model, and that needs a trusted signature, which this version cannot verify yet",
    );
  }
  if (report.admitted && policy.admit.includes(report.verdict)) return;
  throw refusal(report, "the policy does not admit it");
}

function refusal(report: ModelReport, why: string): ModelkeepError {
  const code: ErrorCode = "NOT_ADMITTED";
  const reasons = reasonsOf(report);
  const because = reasons.length === 0 ? "" : ` (${reasons.join("; ")})`;
  return new ModelkeepError(code, `the model is ${report.verdict}${because}: ${why}`);
}

function reasonsOf(report: ModelReport): string[] {
  const ofFiles = report.files
    .filter((file) => !file.admitted)
    .flatMap((file) => file.findings.map((finding) => `${file.path}: ${finding.ruleId} ${finding.message}`));
  const ofModel = report.findings.map((finding) => `${finding.ruleId} ${finding.message}`);
  return [...ofFiles, ...ofModel].slice(0, MAX_REASONS);
}

/**
 * Requires that the scan saw the very bytes that were fetched.
 * @param digests path → SHA-256 as hashed while the bytes came
 * @throws {ModelkeepError} `INTEGRITY`
 */
export function requireSameBytes(report: ModelReport, digests: ReadonlyMap<string, string>): void {
  const scanned = new Map(report.files.map((file) => [file.path, file.sha256]));
  for (const [path, sha256] of digests) {
    if (scanned.get(path) === sha256) continue;
    throw new ModelkeepError(
      "INTEGRITY",
      `${path} is not what was fetched: something writes to the private folder`,
    );
  }
}
