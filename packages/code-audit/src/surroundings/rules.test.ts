import { existsSync, readFileSync, readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { SURROUNDING_RULES } from "./rules.ts";

const FILES = new URL("../rules/", import.meta.url);
const PAGES = new URL("../../../../docs/rules/", import.meta.url);
const SAMPLES = new URL("../../samples/", import.meta.url);

describe("rules about what surrounds Python", () => {
  it("are in the list, once, in order", () => {
    const files = readdirSync(FILES).filter((file) => /^mk2[5-8]\d\d\.ts$/u.test(file));
    expect(SURROUNDING_RULES.map(({ id }) => id)).toEqual(
      files.map((file) => file.slice(0, -3).toUpperCase()).sort(),
    );
  });

  it.each(SURROUNDING_RULES.map((rule) => [rule.id, rule] as const))(
    "%s has a page that says the same",
    (id, rule) => {
      const text = readFileSync(new URL(`${id}.md`, PAGES), "utf8");
      for (const said of [`# ${rule.id} ${rule.name}`, rule.title.en, rule.title.zh, rule.advice.en])
        expect(text).toContain(said);
      expect(text).toContain(`| ${rule.severity} | ${rule.cwe} |`);
      for (const heading of ["## Why", "## Example", "## What to do"]) expect(text).toContain(heading);
    },
  );

  it.each(SURROUNDING_RULES.map(({ id }) => id))("%s has samples, bad and good", (id) => {
    const folder = new URL(`${id}/`, SAMPLES);
    const names = existsSync(folder) ? readdirSync(folder, { recursive: true }).map(String) : [];
    expect(names.some((name) => name.includes("bad"))).toBe(true);
    expect(names.some((name) => name.includes("good"))).toBe(true);
  });
});
