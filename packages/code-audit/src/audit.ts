import { availableParallelism } from "node:os";
import { dayOf } from "@modelkeep/findings/risks/date";
import { discover } from "./files/discover.ts";
import type { AuditFinding } from "./model/finding.ts";
import type { AuditReport, Unaudited } from "./model/report.ts";
import { hideSecrets } from "./run/hide-secrets.ts";
import { mergeFindings } from "./run/merge.ts";
import { auditAll } from "./run/pool.ts";
import { AUDIT_RULES } from "./rule-list.ts";
import { applySuppressions } from "./suppressions/apply.ts";
import type { Directive } from "./suppressions/directive.ts";

/** How far an audit is. */
export interface Progress {
  readonly done: number;
  readonly total: number;
  readonly findings: number;
}

export interface AuditOptions {
  /** Paths in the report are relative to it. Default: the working directory. */
  readonly cwd?: string;
  /** Threads; default: one for each processor. */
  readonly jobs?: number;
  /** `YYYY-MM-DD`, by which suppressions expire; default: the day of the clock, in UTC. */
  readonly today?: string;
  /** Called now and then, at least once at the end. */
  readonly onProgress?: (progress: Progress) => void;
}

/**
 * Audits files and folders.
 * @param paths files and folders; what `discover` leaves out by default is audited when named directly
 * @returns findings sorted by path, line, column and rule, none twice; what comments silence in `suppressed`; files that were not wholly audited in `unaudited`
 * @throws {ModelkeepError} NOT_FOUND for a path that is not there
 */
export async function audit(paths: readonly string[], options: AuditOptions = {}): Promise<AuditReport> {
  const cwd = options.cwd ?? process.cwd();
  const discovered = discover(paths, cwd);
  const findings: AuditFinding[] = [];
  const unaudited: Unaudited[] = [...discovered.unaudited];
  const directives: Directive[] = [];
  let files = 0;
  let lines = 0;
  const jobs = options.jobs ?? availableParallelism();
  await auditAll(discovered.files, cwd, jobs, (batch) => {
    files += batch.files;
    lines += batch.lines;
    findings.push(...batch.findings);
    unaudited.push(...batch.unaudited);
    directives.push(...batch.directives);
    options.onProgress?.({ done: files, total: discovered.files.length, findings: findings.length });
  });
  unaudited.sort((a, b) => (a.path < b.path ? -1 : Number(a.path > b.path)));
  const today = options.today ?? dayOf(new Date());
  const merged = hideSecrets(mergeFindings(findings));
  const { findings: kept, suppressed } = applySuppressions(merged, directives, { rules: AUDIT_RULES, today });
  return { files, lines, findings: mergeFindings(kept), suppressed, unaudited };
}
