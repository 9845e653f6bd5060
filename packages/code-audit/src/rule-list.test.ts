import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { AUDIT_RULES } from "./rule-list.ts";

const PAGES = new URL("../../../docs/rules/", import.meta.url);

describe("the rules of the audit", () => {
  it("have ids and names of their own", () => {
    for (const key of ["id", "name"] as const) {
      expect(new Set(AUDIT_RULES.map((rule) => rule[key])).size).toBe(AUDIT_RULES.length);
    }
  });

  it.each(AUDIT_RULES)(
    "$id has a page, a weakness and both languages",
    ({ id, name, cwe, title, advice }) => {
      expect(id).toMatch(/^MK2\d{3}$/u);
      expect(name).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/u);
      expect(cwe).toMatch(/^CWE-\d+$/u);
      for (const text of [title.zh, advice.zh]) expect(text).toMatch(/\p{Script=Han}/u);
      for (const text of [title.en, advice.en]) expect(text).toMatch(/^[A-Z`].*[.]$/su);
      const page = new URL(`${id}.md`, PAGES);
      expect(existsSync(page), `docs/rules/${id}.md is missing`).toBe(true);
      expect(readFileSync(page, "utf8")).toContain(`# ${id} ${name}\n`);
    },
  );

  it("are all listed: no page is without its rule", () => {
    const pages = readdirSync(PAGES).filter((file) => file.startsWith("MK2"));
    expect(pages.map((file) => file.replace(".md", "")).toSorted()).toEqual(AUDIT_RULES.map(({ id }) => id));
  });
});
