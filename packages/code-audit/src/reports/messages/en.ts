import type { Severity } from "@modelkeep/findings";
import type { AuditMessages } from "./messages.ts";

const severities: Readonly<Record<Severity, string>> = {
  critical: "critical",
  high: "high",
  medium: "medium",
  low: "low",
  info: "info",
};

export const en: AuditMessages = {
  language: "en",
  title: "Modelkeep audit report",
  severities,
  parts: {
    loading: "Model loading",
    secrets: "Secrets",
    transport: "Addresses and transport",
    verification: "Verification",
    pipeline: "Pipeline and containers",
    dependencies: "Dependencies",
  },
  comma: ", ",
  colon: ": ",
  words: {
    summary: "Summary",
    score: "Security score",
    severity: "Severity",
    rule: "Rule",
    count: "Count",
    files: "Files",
    finding: "Finding",
    findings: "Findings",
    where: "Where",
    weakness: "Weakness",
    advice: "What to do",
    fix: "Fix",
    byHand: "By hand",
    path: "Way of the data",
    part: "Part",
    points: "Points",
    lostTo: "Lost to",
    limits: "Limits",
    topFixes: "What would raise the score most",
    byRule: "By rule",
    bySeverity: "By severity",
    comparison: "Before and after",
    before: "Before",
    now: "Now",
    fixed: "Fixed",
    fresh: "New",
    same: "Same",
    silenced: "Accepted and silenced",
    by: "By",
    reason: "Reason",
    until: "Until",
    unaudited: "Not wholly audited",
    state: "State",
    evidence: "Code",
    automatic: "automatic fix",
    total: "Total",
    generated: "Written by",
    chapters: "Chapters",
  },
  silencedBy: {
    comment: "comment in the code",
    register: "register of accepted risks",
    baseline: "baseline",
  },
  states: { partial: "audited in part", unread: "not read" },
  setTitle: "Security audit: report set",
  chapters: {
    summary: "Executive summary",
    findings: "Technical findings",
    remediation: "Remediation plan",
    comparison: "Before and after",
    accepted: "Accepted risks",
  },
  nothingAccepted: "Nothing is accepted or silenced.",
  nothingFound: "No findings.",
  noData: "no data: nobody looked, so no points",
  scoreExplained:
    "Each part begins with its full points. The first finding of a rule costs 10 (critical), 5 (high), 2 (medium) or 0.5 (low), its nth finding an nth of that; every 10 halve what is left of the part. An accepted finding costs half. Clean files add nothing.",
  fixable: "modelkeep audit --fix mends this",
  counted(findings, files, lines) {
    return `${plural(findings, "finding")} in ${plural(files, "file")}, ${plural(lines, "line")} audited`;
  },
  worst(counts) {
    return (["critical", "high", "medium", "low", "info"] as const)
      .filter((severity) => counts[severity] > 0)
      .map((severity) => `${counts[severity]} ${severities[severity]}`)
      .join(", ");
  },
  silencedCount: (count) => `${count} silenced or accepted`,
  unauditedCount(unread, partial) {
    const parts = [
      ...(unread > 0 ? [`${plural(unread, "file")} not read`] : []),
      ...(partial > 0 ? [`${plural(partial, "file")} audited in part`] : []),
    ];
    return parts.join(", ");
  },
  compared: (source, fixed, fresh, same) =>
    `against ${source}: ${fixed} fixed, ${fresh} new, ${same} the same`,
  cell: (cell) => `cell ${cell}`,
  line: (line) => `line ${line}`,
  cap({ reason, count, limit }) {
    const why = {
      critical: plural(count, "critical finding"),
      high: `${plural(count, "finding")} of high severity`,
      unread: `${plural(count, "file")} that could not be read`,
      partial: `${plural(count, "file")} audited in part`,
    };
    return `at most ${limit}, for ${why[reason]}`;
  },
  improvement({ kind, ruleId, count, after, sum }, title) {
    const what = {
      rule: `mend ${plural(count, "finding")} of ${ruleId}: ${title}`,
      unread: `make ${plural(count, "file")} readable`,
      partial: `mend the syntax of ${plural(count, "file")}`,
      data: "give advisories to look dependencies up in (--osv)",
    };
    const limited = Math.floor(sum) > after ? ` (${sum.toFixed(1)} but for the limits)` : "";
    return `${what[kind]} → score ${after}${limited}`;
  },
  more: (count) => `and ${count} more`,
  priority: (priority) => `Priority ${priority}`,
  advisories(name, days) {
    return days === undefined
      ? `advisories of ${name}, of unknown age`
      : `advisories of ${name}, ${plural(days, "day")} old`;
  },
  limitReached: (left, kept) =>
    `${left} findings are left out of this document; the ${kept} most severe are here`,
};

function plural(count: number, one: string): string {
  return `${count} ${one}${count === 1 ? "" : "s"}`;
}
