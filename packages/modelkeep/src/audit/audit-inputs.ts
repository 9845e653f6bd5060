import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, relative, resolve, sep } from "node:path";
import { buffer } from "node:stream/consumers";
import { audit, type AuditReport } from "@modelkeep/code-audit";
import { readBaseline } from "@modelkeep/code-audit/baseline/baseline";
import { AUDIT_RULES } from "@modelkeep/code-audit/rule-list";
import { type Settled, settle } from "@modelkeep/code-audit/settle";
import { dayOf } from "@modelkeep/findings/risks/date";
import { type AuditInput, matchingRules } from "./options.ts";
import { progressLine } from "./progress.ts";
import { readRegister } from "./register.ts";

/** An audit, settled, and what its reports need of the files. */
export interface Audited {
  readonly settled: Settled;
  /** A file by the path of the report; undefined when it cannot be read any more. */
  readonly read: (path: string) => Uint8Array | undefined;
}

/**
 * Audits what a command was asked to, and applies rules chosen, accepted risks and baseline.
 * @throws {ModelkeepError} for paths, baselines and registers that are not there or not right
 * @throws {UsageError} for a rule that is not there
 */
export async function auditInputs(command: string, input: AuditInput): Promise<Audited> {
  const only = matchingRules(command, input.rules, AUDIT_RULES);
  const not = matchingRules(command, input.ignore, AUDIT_RULES);
  const risks = await readRegister(input.risks, input.accepted);
  const entries =
    input.baseline === undefined
      ? undefined
      : readBaseline(readFileSync(input.baseline, "utf8"), input.baseline);
  const { report, read } = await auditFiles(input);
  const chosen = (id: string): boolean => (only.size === 0 || only.has(id)) && !not.has(id);
  const settled = settle(chosenOf(report, chosen), {
    rules: AUDIT_RULES,
    risks: risks.filter(({ id }) => AUDIT_RULES.every((rule) => rule.id !== id || chosen(id))),
    today: dayOf(new Date()),
    audited: (path) => input.paths.some((root) => isWithin(path, root)),
    ...(entries === undefined ? {} : { baseline: { source: input.baseline ?? "", entries } }),
  });
  return { settled, read };
}

function chosenOf(report: AuditReport, chosen: (id: string) => boolean): AuditReport {
  return {
    ...report,
    findings: report.findings.filter(({ ruleId }) => chosen(ruleId)),
    suppressed: report.suppressed.filter(({ finding }) => chosen(finding.ruleId)),
  };
}

function isWithin(path: string, root: string): boolean {
  const way = relative(resolve(root), resolve(path));
  return way !== ".." && !way.startsWith(`..${sep}`);
}

async function auditFiles(input: AuditInput): Promise<{ report: AuditReport; read: Audited["read"] }> {
  using line = progressLine();
  const jobs = input.jobs === undefined ? {} : { jobs: input.jobs };
  const options = { ...jobs, onProgress: line.update };
  if (!input.paths.includes("-"))
    return { report: await audit(input.paths, options), read: reader(process.cwd()) };
  const folder = mkdtempSync(join(tmpdir(), "modelkeep-audit-"));
  try {
    const name = basename(input.stdinName);
    const bytes = await buffer(process.stdin);
    writeFileSync(join(folder, name), bytes);
    const report = await audit([name], { ...options, cwd: folder });
    return { report, read: (path) => (path === name ? bytes : undefined) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Reads the files of a report once more. The last one is kept: a report asks for one file often, then for the next. */
function reader(cwd: string): Audited["read"] {
  let last: { readonly path: string; readonly bytes: Uint8Array | undefined } | undefined;
  return (path) => {
    if (last?.path !== path) last = { path, bytes: bytesOf(resolve(cwd, path)) };
    return last.bytes;
  };
}

function bytesOf(path: string): Uint8Array | undefined {
  try {
    return readFileSync(path);
  } catch {
    // Gone since the audit: its findings stand without their code.
    return undefined;
  }
}
