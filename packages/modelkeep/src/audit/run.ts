import { SEVERITIES } from "@modelkeep/findings";
import type { AuditReport } from "@modelkeep/code-audit";
import { writeBaseline } from "@modelkeep/code-audit/baseline/baseline";
import { documentOf } from "@modelkeep/code-audit/reports/document";
import { loadAuditMessages, loadAuditWriter } from "@modelkeep/code-audit/reports/load";
import { AUDIT_RULES } from "@modelkeep/code-audit/rule-list";
import { scoreInput } from "@modelkeep/code-audit/score/input";
import { scoreOf } from "@modelkeep/code-audit/score/score";
import type { Settled } from "@modelkeep/code-audit/settle";
import { UsageError } from "../command.ts";
import { show } from "../show.ts";
import { isColorTerminal } from "../terminal.ts";
import { dayOf } from "@modelkeep/findings/risks/date";
import { auditInputs } from "./audit-inputs.ts";
import type { AuditCommandOptions } from "./options.ts";

/** Does what `modelkeep audit` was asked. @returns 0 nothing that counts, 1 findings, 2 something could not be read */
export async function runAudit(options: AuditCommandOptions, version: string): Promise<number> {
  if (options.fix || options.diff) {
    throw new UsageError(
      "audit: this version rewrites nothing",
      "leave --fix and --diff out; fixes are in the report",
    );
  }
  const { settled, read } = await auditInputs("audit", options);
  const { format, lang, output } = options;
  const document = documentOf(options.omitSuppressed ? withoutSilenced(settled) : settled, {
    version,
    date: dayOf(new Date()),
    // Counted although it may not be shown.
    score: scoreOf(scoreInput(settled.report)),
    messages: await loadAuditMessages(lang),
    rules: AUDIT_RULES,
    read,
    color: output === undefined && format === "text" && isColorTerminal(),
  });
  const writer = await loadAuditWriter(format);
  show(writer(document), output);
  if (options.writeBaseline !== undefined) {
    show(writeBaseline(settled.open, settled.fingerprints), options.writeBaseline);
  }
  if (settled.report.files === 0) {
    process.stderr.write(
      "modelkeep: nothing to audit in these paths: name files or folders that hold some\n",
    );
  }
  return exitCode(settled.report, options);
}

/** GitHub shows what SARIF calls suppressed as open alerts. */
function withoutSilenced(settled: Settled): Settled {
  const suppressed = settled.report.suppressed.filter(({ by }) => by === "baseline");
  return { ...settled, report: { ...settled.report, suppressed } };
}

/** What was not read may hold anything, so it comes first; what was audited around a fault fails when asked to. */
export function exitCode(
  report: AuditReport,
  options: Pick<AuditCommandOptions, "failOn" | "strict">,
): number {
  if (report.unaudited.some(({ state }) => state === "unread")) return 2;
  if (options.strict && report.unaudited.length > 0) return 1;
  const limit = SEVERITIES.indexOf(options.failOn);
  return report.findings.some(({ severity }) => SEVERITIES.indexOf(severity) >= limit) ? 1 : 0;
}
