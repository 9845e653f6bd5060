import { LEVEL, pascalCase, SECURITY_SEVERITY } from "@modelkeep/findings/writers/sarif-words";
import type { AuditFinding } from "../model/finding.ts";
import type { AuditRule } from "../model/rule.ts";
import { type AuditDocument, say, worstFirst } from "./document.ts";
import { invocation, NOTICES } from "./sarif-notices.ts";
import { SarifPlaces } from "./sarif-places.ts";
import { contextOf, resultOf } from "./sarif-result.ts";

/** GitHub refuses a run with more results than this; it stores 5,000 of them, the most severe. */
export const MOST_RESULTS = 25_000;
const LANGUAGES = { en: "en-US", zh: "zh-CN" } as const;

/**
 * SARIF 2.1.0 (OASIS) in the form that GitHub code scanning takes: one run, paths relative to the repository's root,
 * rules with help and `security-severity`, fingerprints that survive moved lines, ways of data as code flows. What is
 * silenced stands there with its suppression; what a baseline knows is `unchanged`.
 */
export function sarif(document: AuditDocument): string {
  return `${JSON.stringify(sarifObject(document), null, 2)}\n`;
}

/** The same as data. */
export function sarifObject(document: AuditDocument): object {
  const { kept, left } = chosen(document);
  const places = new SarifPlaces(document);
  const context = contextOf(document, places);
  const { messages } = document;
  return {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: { driver: driver(document) },
        language: LANGUAGES[messages.language],
        automationDetails: { id: "modelkeep-audit/" },
        columnKind: "utf16CodeUnits",
        originalUriBaseIds: { "%SRCROOT%": { description: { text: "The root of the repository." } } },
        invocations: [invocation(document, places, { kept: kept.length, left })],
        results: kept.map((finding) => resultOf(context, finding)),
      },
    ],
  };
}

/** All that fits: in the order of the report, without the mildest where there are too many. */
function chosen({ report }: AuditDocument): {
  readonly kept: readonly AuditFinding[];
  readonly left: number;
} {
  const all = [...report.findings, ...report.suppressed.map(({ finding }) => finding)];
  if (all.length <= MOST_RESULTS) return { kept: all, left: 0 };
  const worst = new Set(all.toSorted(worstFirst).slice(0, MOST_RESULTS));
  return { kept: all.filter((finding) => worst.has(finding)), left: all.length - MOST_RESULTS };
}

function driver(document: AuditDocument): object {
  return {
    name: "modelkeep",
    fullName: "Modelkeep audit",
    semanticVersion: document.version,
    rules: document.rules.map((rule) => ruleObject(document, rule)),
    notifications: NOTICES.map(({ id, text }) => ({
      id,
      name: pascalCase(id),
      shortDescription: { text },
      fullDescription: { text },
      help: { text: `${text} See docs/audit-reports.md` },
    })),
  };
}

function ruleObject(document: AuditDocument, rule: AuditRule): object {
  const { id, name, title, advice, severity, cwe } = rule;
  const [what, todo] = [say(document, title), say(document, advice)];
  const { words, severities, colon } = document.messages;
  const facts = `**${words.severity}**${colon}${severities[severity]} · **${words.weakness}**${colon}${cwe}`;
  return {
    id,
    name: pascalCase(name),
    shortDescription: { text: what },
    fullDescription: { text: `${what} ${todo}` },
    help: {
      text: `${what} ${todo} (docs/rules/${id}.md)`,
      markdown: `# ${id} ${name}\n\n${what}\n\n${facts}\n\n## ${words.advice}\n\n${todo}\n\nPage: \`docs/rules/${id}.md\``,
    },
    defaultConfiguration: { level: LEVEL[severity] },
    properties: {
      tags: ["security", "mlflow", `external/cwe/${cwe.toLowerCase()}`],
      precision: "high",
      "problem.severity": LEVEL[severity] === "note" ? "recommendation" : LEVEL[severity],
      "security-severity": SECURITY_SEVERITY[severity],
    },
  };
}
