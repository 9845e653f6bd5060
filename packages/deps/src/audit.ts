import { SEVERITIES, type Severity } from "@modelkeep/findings";
import { accept } from "./accept.ts";
import { Advisories, type AdvisorySource, type SourceInfo } from "./advisories.ts";
import { checkAdvisories } from "./check/advisories.ts";
import type { CheckContext } from "./check/context.ts";
import { checkHashes } from "./check/hashes.ts";
import { checkLookAlikes } from "./check/lookalike.ts";
import { checkConflicts, checkPins } from "./check/pins.ts";
import { checkSources } from "./check/sources.ts";
import { checkUnread } from "./check/unread.ts";
import { checkYanked } from "./check/yanked.ts";
import type { Accepted, DepsFinding, PackageState } from "./finding.ts";
import type { FileKind } from "./model.ts";
import type { IndexPages } from "./online/page.ts";
import type { Project } from "./project.ts";

/** What to judge a project with. Only sources are asked from outside; everything else has a default. */
export interface AuditOptions {
  readonly sources: readonly AdvisorySource[];
  readonly pages?: IndexPages;
  readonly requireHashes?: boolean;
  readonly accepted?: readonly Accepted[];
  /** Milliseconds since 1970; age and expiry are counted from here. */
  readonly now: number;
  /** Data older than so many days is said to be old. */
  readonly maxAgeDays?: number;
}

/** Data of advisories with its age. */
export interface SourceReport extends SourceInfo {
  /** Whole days since the newest record; undefined when nothing says so. */
  readonly ageDays: number | undefined;
  readonly isOld: boolean;
}

/** All that one run says. */
export interface DepsReport {
  readonly sources: readonly SourceReport[];
  readonly files: readonly { readonly path: string; readonly kind: FileKind; readonly packages: number }[];
  readonly passed: readonly string[];
  readonly packages: readonly PackageState[];
  /** Worst first, then by place. */
  readonly findings: readonly DepsFinding[];
  /** Entries of the register whose day is over, or that nothing needed. */
  readonly expired: readonly Accepted[];
  /** Something was not read or not looked up: the run is no clean bill, whatever was found. */
  readonly incomplete: boolean;
  readonly now: number;
}

export const DEFAULT_MAX_AGE_DAYS = 30;

/** Judges what was read. Reads nothing itself, so that the same project and data always give the same report. */
export function auditProject(project: Project, options: AuditOptions): DepsReport {
  const context: CheckContext = {
    project,
    advisories: new Advisories(options.sources),
    pages: options.pages ?? new Map(),
    requireHashes: options.requireHashes ?? false,
  };
  const { findings: vulnerable, packages } = checkAdvisories(context);
  const checks = [
    checkUnread,
    checkLookAlikes,
    checkSources,
    checkPins,
    checkConflicts,
    checkHashes,
    checkYanked,
  ];
  const found = [...vulnerable, ...checks.flatMap((check) => check(context))];
  const { findings, expired } = accept(found, options.accepted ?? [], options.now);
  return {
    sources: options.sources.map(({ info }) => withAge(info, options)),
    files: project.files.map(({ path, kind, reading }) => ({
      path,
      kind,
      packages: reading.dependencies.length,
    })),
    passed: project.passed,
    packages,
    findings: findings.sort(inOrder),
    expired,
    incomplete: findings.some(leavesUndone),
    now: options.now,
  };
}

/** Findings that say that something was not done. Accepting one, with a reason and a day, is a decision. */
function leavesUndone({ ruleId, accepted }: DepsFinding): boolean {
  return accepted === undefined && (ruleId === "MK3004" || ruleId === "MK3005");
}

function withAge(info: SourceInfo, { now, maxAgeDays }: AuditOptions): SourceReport {
  const { newest } = info;
  const ageDays = newest === undefined ? undefined : Math.max(0, Math.floor((now - newest) / 86_400_000));
  return { ...info, ageDays, isOld: ageDays !== undefined && ageDays > (maxAgeDays ?? DEFAULT_MAX_AGE_DAYS) };
}

function inOrder(a: DepsFinding, b: DepsFinding): number {
  return (
    SEVERITIES.indexOf(b.severity) - SEVERITIES.indexOf(a.severity) ||
    compare(a.file, b.file) ||
    a.line - b.line ||
    a.column - b.column ||
    compare(a.ruleId, b.ruleId) ||
    compare(a.id ?? "", b.id ?? "")
  );
}

function compare(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

/**
 * What the command ends with: 2 when something was not read or not looked up, 1 when something at or above the
 * threshold was found or an accepted risk has expired, else 0.
 */
export function exitCodeOf(report: DepsReport, failOn: Severity): 0 | 1 | 2 {
  if (report.incomplete) return 2;
  const threshold = SEVERITIES.indexOf(failOn);
  const fails = report.findings.some(
    ({ severity, accepted }) => accepted === undefined && SEVERITIES.indexOf(severity) >= threshold,
  );
  return fails || report.expired.length > 0 ? 1 : 0;
}
