import { availableParallelism } from "node:os";
import { discover } from "./files/discover.ts";
import type { AuditFinding } from "./model/finding.ts";
import type { AuditReport, Unaudited } from "./model/report.ts";
import { mergeFindings } from "./run/merge.ts";
import { auditAll } from "./run/pool.ts";

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
  /** Called now and then, at least once at the end. */
  readonly onProgress?: (progress: Progress) => void;
}

/**
 * Audits files and folders.
 * @param paths files and folders; what `discover` leaves out by default is audited when named directly
 * @returns findings sorted by path, line, column and rule, none twice; files that were not wholly audited in `unaudited`
 * @throws {ModelkeepError} NOT_FOUND for a path that is not there
 */
export async function audit(paths: readonly string[], options: AuditOptions = {}): Promise<AuditReport> {
  const cwd = options.cwd ?? process.cwd();
  const discovered = discover(paths, cwd);
  const findings: AuditFinding[] = [];
  const unaudited: Unaudited[] = [...discovered.unaudited];
  let files = 0;
  let lines = 0;
  const jobs = options.jobs ?? availableParallelism();
  await auditAll(discovered.files, cwd, jobs, (batch) => {
    files += batch.files;
    lines += batch.lines;
    findings.push(...batch.findings);
    unaudited.push(...batch.unaudited);
    options.onProgress?.({ done: files, total: discovered.files.length, findings: findings.length });
  });
  unaudited.sort((a, b) => (a.path < b.path ? -1 : Number(a.path > b.path)));
  return { files, lines, findings: mergeFindings(findings), suppressed: [], unaudited };
}
