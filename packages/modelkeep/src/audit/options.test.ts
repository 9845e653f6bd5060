import { describe, expect, test } from "vitest";
import { AUDIT_RULES } from "@modelkeep/code-audit/rule-list";
import { UsageError } from "../command.ts";
import { explain } from "./explain.ts";
import { matchingRules, parseAuditOptions } from "./options.ts";

describe("parseAuditOptions", () => {
  test("has defaults", () => {
    expect(parseAuditOptions(["src"], {}, {})).toMatchObject({
      paths: ["src"],
      format: "text",
      lang: "en",
      failOn: "high",
      strict: false,
      jobs: undefined,
      rules: [],
    });
  });

  test("takes flags before variables before the file", () => {
    const file = { format: "json", fail_on: "low", jobs: 3, lang: "en", rules: ["MK20"] };
    expect(parseAuditOptions(["."], {}, file)).toMatchObject({
      format: "json",
      failOn: "low",
      jobs: 3,
      rules: ["MK20"],
    });
    const env = { MODELKEEP_FORMAT: "sarif", MODELKEEP_FAIL_ON: "medium", MODELKEEP_LANG: "zh" };
    expect(parseAuditOptions(["."], env, file)).toMatchObject({
      format: "sarif",
      failOn: "medium",
      lang: "zh",
    });
    const argv = [".", "--format", "text", "--fail-on", "high", "--lang", "en", "--rules", "MK2910, MK2911"];
    expect(parseAuditOptions(argv, env, file)).toMatchObject({
      format: "text",
      failOn: "high",
      lang: "en",
      rules: ["MK2910", "MK2911"],
    });
  });

  test.each([
    [{ LANG: "zh_CN.UTF-8" }, "zh"],
    [{ LANG: "zh_CN.UTF-8", LC_ALL: "C" }, "en"],
    [{ LC_ALL: "zh_TW" }, "zh"],
    [{ LANG: "zhx" }, "en"],
    [{}, "en"],
  ])("speaks the language of %j: %s", (env, lang) => {
    expect(parseAuditOptions(["."], env, {}).lang).toBe(lang);
  });

  test.each([
    [[], /nothing to audit/u],
    [["-", "a.py"], /standard input beside other paths/u],
    [[".", "--format", "pdf"], /unknown format "pdf"/u],
    [[".", "--lang", "de"], /unknown language "de"/u],
    [[".", "--fail-on", "critical"], /--fail-on "critical" is no severity/u],
    [[".", "--jobs", "0"], /--jobs "0" is no number of threads/u],
    [[".", "--jobs", "1e3"], /is no number of threads/u],
    [[".", "--no-such-flag"], /Unknown option/u],
    [[".", "--strict=yes"], /does not take an argument/u],
  ])("%j is refused", (argv, message) => {
    expect(() => parseAuditOptions(argv, {}, {})).toThrow(message);
  });

  test("refuses a rule in the configuration that is no text", () => {
    expect(() => parseAuditOptions(["."], {}, { rules: [3] })).toThrow(/holds what is no text/u);
  });
});

describe("matchingRules", () => {
  test("finds rules by id, name and the beginning of ids", () => {
    expect([...matchingRules("audit", ["mk2910", "suppression-unused"], AUDIT_RULES)]).toEqual([
      "MK2910",
      "MK2913",
    ]);
    expect(matchingRules("audit", ["MK29"], AUDIT_RULES).has("MK2921")).toBe(true);
  });

  test("refuses a word that means none: to leave it out would check nothing", () => {
    expect(() => matchingRules("audit", ["MK9"], AUDIT_RULES)).toThrow(UsageError);
  });
});

describe("explain", () => {
  test("gives the rule in the language, and its page", async () => {
    const text = await explain("suppression-unused", AUDIT_RULES, "zh");
    expect(text).toContain("MK2913 suppression-unused (low, CWE-1164)");
    expect(text).toMatch(/\p{Script=Han}/u);
    expect(text).toContain("## What to do");
  });

  test("lists all", async () => {
    expect((await explain("all", AUDIT_RULES, "en")).split("\n")).toHaveLength(AUDIT_RULES.length + 1);
  });

  test("names the rule that was perhaps meant", async () => {
    await expect(explain("MK2931", AUDIT_RULES, "en")).rejects.toMatchObject({
      advice: expect.stringMatching(/did you mean MK29/u),
    });
  });
});
