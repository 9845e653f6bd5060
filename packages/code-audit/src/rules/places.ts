import type { AuditFinding, Step } from "../model/finding.ts";
import type { Place } from "../model/source.ts";
import type { Localized } from "../model/text.ts";
import { printable } from "@modelkeep/findings";
import type { Mark, Site } from "../python/value.ts";
import type { Found, PythonRule } from "./rule.ts";

const EVIDENCE = 160;

/** Where a reader looks for a call: where its name is, when it begins lines above. */
function startOf({ module, node }: Site): number {
  const callee = node.type === "call" ? node.get("function") : undefined;
  const name = callee?.get("attribute");
  if (name === undefined) return node.start;
  return module.lines.at(name.start).line === module.lines.at(node.start).line ? node.start : name.start;
}

export function placeOf(site: Site): Place {
  return site.module.place(startOf(site), site.node.end);
}

function evidenceOf(site: Site): string {
  const { text } = site.module.source;
  const line = text.slice(startOf(site), Math.min(site.node.end, startOf(site) + 2 * EVIDENCE));
  return printable(line.replaceAll(/\s*[\r\n]\s*/g, " "), EVIDENCE);
}

/** The way of a value from its source to where it does harm. */
function stepsOf(mark: Mark | undefined, found: Found): readonly Step[] {
  const way = found.way ?? [];
  if (mark === undefined) return way.map(({ site, message }) => ({ place: placeOf(site), message }));
  const origin: Localized = { en: `comes from outside: ${mark.label.en}`, zh: `来自外部：${mark.label.zh}` };
  const between = mark.way.map(({ site, message }) => ({ place: placeOf(site), message }));
  return [
    { place: placeOf(mark.site), message: origin },
    ...between,
    { place: placeOf(found.at), message: found.message },
  ];
}

export function findingOf(rule: PythonRule, found: Found): AuditFinding {
  return {
    ruleId: rule.id,
    severity: found.severity ?? rule.severity,
    message: found.message,
    place: placeOf(found.at),
    evidence: evidenceOf(found.at),
    cwe: found.cwe ?? rule.cwe,
    steps: stepsOf(found.marks?.[0], found),
  };
}
