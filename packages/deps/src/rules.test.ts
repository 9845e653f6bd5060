import { existsSync, readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { RULES, ruleOf } from "./rules.ts";

const PAGES = new URL("../../../docs/rules/", import.meta.url);

test("rules are in order, once each", () => {
  const ids = RULES.map(({ id }) => id);
  expect(ids).toEqual([...new Set(ids)].sort());
});

test.each(RULES.map((rule) => [rule.id, rule] as const))("%s has a page that says the same", (id, rule) => {
  const page = new URL(`${id}.md`, PAGES);
  expect(existsSync(page)).toBe(true);
  const text = readFileSync(page, "utf8");
  for (const part of [
    `# ${rule.id} ${rule.name}`,
    rule.title,
    rule.advice,
    `| ${rule.severity} | unchanged | ${rule.cwe} |`,
  ])
    expect(text).toContain(part);
  for (const heading of ["## Why", "## Example", "## What to do"]) expect(text).toContain(heading);
});

test("no page is without its rule", () => {
  const pages = readdirSync(PAGES).filter((file) => file.startsWith("MK3"));
  expect(pages.sort()).toEqual(RULES.map(({ id }) => `${id}.md`));
});

test("an unknown rule is an error", () => {
  expect(() => ruleOf("MK3999")).toThrow(TypeError);
});
