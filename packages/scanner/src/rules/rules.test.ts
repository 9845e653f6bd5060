import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { lookup } from "../allowlist/index.ts";
import { REACH_RULES } from "./find-reach.ts";
import { RULES } from "./index.ts";

const FOLDER = new URL("./", import.meta.url);
const PAGES = new URL("../../../../docs/rules/", import.meta.url);

describe("every rule", () => {
  test("is in the index, once, in order", () => {
    const files = readdirSync(FOLDER)
      .filter((file) => /^mk\d{4}\.ts$/u.test(file))
      .map((file) => file.slice(0, -3).toUpperCase());
    expect(RULES.map((rule) => rule.id)).toEqual(files.sort());
  });

  test.each(RULES.map((rule) => [rule.id, rule] as const))("%s has a page that says the same", (id, rule) => {
    const page = new URL(`${id}.md`, PAGES);
    expect(existsSync(page)).toBe(true);
    const text = readFileSync(page, "utf8");
    expect(text).toContain(`# ${rule.id} ${rule.name}`);
    expect(text).toContain(rule.title);
    expect(text).toContain(rule.advice);
    expect(text).toContain(`| ${rule.severity} | ${rule.verdict ?? "unchanged"} | ${rule.cwe} |`);
    for (const heading of ["## Why", "## Example", "## What to do"]) expect(text).toContain(heading);
  });

  test("no page is without its rule", () => {
    const pages = readdirSync(PAGES).filter((file) => file.startsWith("MK1"));
    expect(pages.map((file) => file.replace(".md", "")).sort()).toEqual(RULES.map((rule) => rule.id));
  });

  test("no name is in two lists", () => {
    const names = REACH_RULES.flatMap((rule) => rule.reach);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });
});

/** Classes that an array may say it was: they stand as a value, and nothing that is listed calls them. */
const NEVER_CALLED: ReadonlySet<string> = new Set([
  "numpy.memmap",
  "numpy.core.memmap.memmap",
  "numpy._core.memmap.memmap",
]);

describe("what a reach rule names", () => {
  const names = REACH_RULES.flatMap((rule) =>
    rule.reach.filter((name) => !name.startsWith("!") && name.includes(".")),
  );

  test.each(names)("%s is not callable without a contract by the allowlist", (full) => {
    const dot = full.lastIndexOf(".");
    const entry = lookup(full.slice(0, dot), full.slice(dot + 1));
    // An exact, reviewed entry may make an exception; then it must say what it may be called with.
    if (entry !== undefined && !NEVER_CALLED.has(full)) expect(entry.call).toBeTypeOf("function");
  });
});
