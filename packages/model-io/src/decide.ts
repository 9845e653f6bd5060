import { type ErrorCode, ModelkeepError, type ModelReport } from "@modelkeep/findings";
import type { Policy } from "@modelkeep/scanner";
import type { LoadEngine } from "./engines/engine.ts";
import type { TrustDecision } from "@modelkeep/signing/trust/decide";

const MAX_REASONS = 3;

/**
 * The decision after the scan. Code that came with the model needs a trusted signature and a rule that permits it: no
 * policy of the scanner admits it without.
 * @throws {ModelkeepError} `NOT_ADMITTED` with the worst findings
 */
export function requireAdmitted(report: ModelReport, policy: Policy, trust?: TrustDecision): void {
  if (report.verdict === "executable") {
    if (trust?.permitsExecutable === true) return;
    throw refusal(report, `it runs code that came with the model, and ${whyNotTrusted(trust)}`);
  }
  if (report.admitted && policy.admit.includes(report.verdict)) return;
  throw refusal(report, "the policy does not admit it");
}

/**
 * Code that came with the model runs in the sandbox or not at all, whatever was chosen.
 * @throws {ModelkeepError} `NOT_ADMITTED` when another engine than the sandbox was chosen for it
 */
export function chosenEngine(report: ModelReport, choice: LoadEngine): LoadEngine {
  if (report.verdict !== "executable") return choice;
  if (choice === "auto" || choice === "sandbox") return "sandbox";
  throw refusal(
    report,
    "code that came with a model runs only in the sandbox: choose the engine auto or sandbox",
  );
}

function whyNotTrusted(trust: TrustDecision | undefined): string {
  const rule = trust?.rule;
  if (trust === undefined || rule === undefined) {
    return "that needs a trusted signature, but no rule of the trust policy is for this model (docs/trust.md)";
  }
  if (!trust.trusted) {
    const why = trust.signatures.map(({ path, reason }) => `${path}: ${reason}`).join("; ");
    const found = why === "" ? "it is not signed" : why;
    return `that needs ${rule.threshold} trusted signer(s) by the rule ${JSON.stringify(rule.name)}, and ${trust.counted} count (${found})`;
  }
  return `the rule ${JSON.stringify(rule.name)} trusts its signers, but not to run code (permit: executable)`;
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
