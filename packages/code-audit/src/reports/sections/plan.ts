import { SEVERITIES, type Severity } from "@modelkeep/findings";
import type { AuditFinding } from "../../model/finding.ts";
import type { Block, Line } from "../blocks/blocks.ts";
import { type AuditDocument, ruleOf, say, whereOf } from "../document.ts";

/** Sites of one rule that are shown; the others are counted. */
const MOST_SITES = 25;

/** What to do, in the order in which it lowers the risk most: severity first, then what needs no thought. */
export function planBlocks(document: AuditDocument): Block[] {
  const { messages, report } = document;
  const steps = SEVERITIES.toReversed().flatMap((severity, index) => {
    const findings = report.findings.filter((finding) => finding.severity === severity);
    return findings.length === 0 ? [] : priorityBlocks(document, severity, index + 1, findings);
  });
  if (steps.length === 0) return [{ kind: "paragraph", line: [messages.nothingFound], tone: "good" }];
  return steps;
}

function priorityBlocks(
  document: AuditDocument,
  severity: Severity,
  priority: number,
  findings: readonly AuditFinding[],
): Block[] {
  const { messages } = document;
  const byRule = [...Map.groupBy(findings, ({ ruleId }) => ruleId)].toSorted(
    (a, b) => Number(isFixed(b[1])) - Number(isFixed(a[1])) || b[1].length - a[1].length,
  );
  const title = `${messages.priority(priority)}${messages.colon}${messages.severities[severity]} (${findings.length})`;
  return [
    { kind: "heading", level: 2, text: title },
    ...byRule.map(
      ([ruleId, of]): Block => ({
        kind: "section",
        tone: severity,
        blocks: stepBlocks(document, ruleId, of),
      }),
    ),
  ];
}

/** Whether `--fix` mends at least one of them. */
function isFixed(findings: readonly AuditFinding[]): boolean {
  return findings.some(({ fix }) => fix !== undefined);
}

function stepBlocks(document: AuditDocument, ruleId: string, findings: readonly AuditFinding[]): Block[] {
  const { messages } = document;
  const { words, colon } = messages;
  const rule = ruleOf(document, ruleId);
  const automatic = findings.filter(({ fix }) => fix !== undefined).length;
  const facts = [
    `${words.count}${colon}${findings.length}`,
    ...(automatic > 0 ? [`${words.automatic}${colon}${automatic}`] : []),
  ];
  const sites = findings.slice(0, MOST_SITES).map((finding): Line => siteLine(document, finding));
  const left = findings.length - sites.length;
  return [
    {
      kind: "paragraph",
      line: [{ kind: "strong", text: ruleId }, ` ${rule === undefined ? "" : say(document, rule.title)}`],
    },
    ...(rule === undefined
      ? []
      : [
          {
            kind: "paragraph",
            line: [
              { kind: "strong", text: `${words.advice}${colon}`.trimEnd() },
              ` ${say(document, rule.advice)}`,
            ],
          } as const,
        ]),
    { kind: "paragraph", line: [facts.join(messages.comma)], tone: "dim" },
    { kind: "list", items: left > 0 ? [...sites, [messages.more(left)]] : sites },
  ];
}

function siteLine(document: AuditDocument, finding: AuditFinding): Line {
  const { words, colon } = document.messages;
  const where = { kind: "code", text: whereOf(document, finding.place) } as const;
  if (finding.fix !== undefined)
    return [where, ` ${words.automatic}${colon}${say(document, finding.fix.title)}`];
  const { suggestion } = finding;
  return suggestion === undefined
    ? [where, ` ${say(document, finding.message)}`]
    : [where, ` ${words.byHand}${colon}${say(document, suggestion.reason)}`];
}
