import type { DepsReport } from "../audit.ts";
import { ruleOf } from "../rules.ts";
import { tell } from "../messages/said.ts";

/** Version of the document; a field is only ever added to one. */
const VERSION = 1;

/** The report as stable JSON. */
export function jsonReport(report: DepsReport, version: string): string {
  const document = {
    version: VERSION,
    tool: { name: "modelkeep", version },
    complete: !report.incomplete,
    data: report.sources.map(({ kind, name, records, newest, ageDays, isOld }) => ({
      ...{ kind, name, records, newest: dayOf(newest), age_days: ageDays ?? null, old: isOld },
    })),
    summary: summaryOf(report),
    files: report.files,
    passed: report.passed,
    packages: report.packages.map(({ reason, ...state }) => ({
      ...state,
      version: state.version ?? null,
      as_of: state.state === "clean" ? dayOf(newestOf(report)) : null,
      reason: reason === undefined ? null : tell(reason),
    })),
    findings: report.findings.map(({ message, advice, severitySaid, endLine, endColumn, ...finding }) => ({
      ...finding,
      ...{ severity_said: severitySaid, end_line: endLine, end_column: endColumn },
      ...{ message: tell(message), fix: tell(advice), cwe: ruleOf(finding.ruleId).cwe },
      help: `docs/rules/${finding.ruleId}.md`,
    })),
    expired: report.expired,
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

/** How many packages are in each state, and how many findings of each severity count. */
export function summaryOf(report: DepsReport): Record<string, number> {
  const count = (state: string): number => report.packages.filter((one) => one.state === state).length;
  const open = report.findings.filter(({ accepted }) => accepted === undefined);
  const severities = ["critical", "high", "medium", "low", "info"].map((severity): [string, number] => [
    severity,
    open.filter((one) => one.severity === severity).length,
  ]);
  return {
    files: report.files.length,
    packages: report.packages.length,
    ...{
      vulnerable: count("vulnerable"),
      clean: count("clean"),
      unknown: count("unknown"),
      skipped: count("skipped"),
    },
    ...Object.fromEntries(severities),
    accepted: report.findings.length - open.length,
  };
}

/** When the newest record of all data was changed; undefined without data. */
export function newestOf({ sources }: DepsReport): number | undefined {
  const days = sources.flatMap(({ newest }) => newest ?? []);
  return days.length === 0 ? undefined : Math.max(...days);
}

/** `YYYY-MM-DD`, or null. */
export function dayOf(milliseconds: number | undefined): string | null {
  return milliseconds === undefined ? null : new Date(milliseconds).toISOString().slice(0, 10);
}
