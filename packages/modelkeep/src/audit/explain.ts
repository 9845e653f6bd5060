import { existsSync, readFileSync } from "node:fs";
import type { AuditRule, Language } from "@modelkeep/code-audit";
import { UsageError } from "../command.ts";

const PAGES = new URL("../../../../docs/rules/", import.meta.url);

/** A rule for people: what it means and what to do, and its page where the pages are; `all` lists the rules. */
export async function explain(word: string, rules: readonly AuditRule[], lang: Language): Promise<string> {
  if (word === "all")
    return rules.map((rule) => `${rule.id}  ${rule.severity.padEnd(8)}  ${rule.title[lang]}\n`).join("");
  const lower = word.toLowerCase();
  const rule = rules.find(({ id, name }) => id.toLowerCase() === lower || name === lower);
  if (rule === undefined) throw await unknownRule(word, rules);
  const head = `${rule.id} ${rule.name} (${rule.severity}, ${rule.cwe})\n\n${rule.title[lang]}\n${rule.advice[lang]}\n`;
  const page = new URL(`${rule.id}.md`, PAGES);
  return existsSync(page) ? `${head}\n${readFileSync(page, "utf8")}` : head;
}

async function unknownRule(word: string, rules: readonly AuditRule[]): Promise<UsageError> {
  const { nearest } = await import("@modelkeep/findings/nearest");
  const meant = nearest(
    word,
    rules.flatMap(({ id, name }) => [id, name]),
  );
  const advice = meant === undefined ? "see modelkeep audit --explain all" : `did you mean ${meant}?`;
  return new UsageError(`audit: there is no rule ${JSON.stringify(word)}`, advice);
}
