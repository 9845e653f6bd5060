import { describe, expect, it } from "vitest";
import { dayOf, isDate } from "./date.ts";
import { checkRiskFile, checkRisks, covers, isExpired } from "./register.ts";

const ENTRY = {
  id: "MK2001",
  paths: ["src/legacy", "notebooks/*.ipynb"],
  reason: "replaced in spring",
  owner: "ada@example.org",
  expires: "2027-01-31",
};

const PLACE = { file: "r.yaml", key: "accepted", lineOf: (index: number) => 2 + index * 6 };

describe("checkRisks", () => {
  it("reads entries, and says where each stands", () => {
    expect(checkRisks([ENTRY, ENTRY], PLACE)).toEqual([
      { ...ENTRY, file: "r.yaml", line: 2 },
      { ...ENTRY, file: "r.yaml", line: 8 },
    ]);
    expect(checkRisks([{ ...ENTRY, paths: "./src/" }], PLACE)[0]?.paths).toEqual(["src"]);
    expect(checkRisks(undefined, PLACE)).toEqual([]);
  });

  it.each(["id", "paths", "reason", "owner", "expires"])("refuses an entry without %s", (key) => {
    const entry = Object.fromEntries(Object.entries(ENTRY).filter(([name]) => name !== key));
    expect(() => checkRisks([entry], PLACE)).toThrow(`r.yaml: accepted[0] has no ${key}, which is required`);
  });

  it.each([
    ["a list of texts", ["MK2001"], /is no mapping/u],
    ["a mapping", {}, /is no list/u],
    ["an empty reason", [{ ...ENTRY, reason: " " }], /reason is no text/u],
    ["a number for an owner", [{ ...ENTRY, owner: 3 }], /owner is no text/u],
    ["no paths at all", [{ ...ENTRY, paths: [] }], /paths is no list of paths/u],
    ["a path that is none", [{ ...ENTRY, paths: ["a", 3] }], /paths is no list of paths/u],
    ["a date that is none", [{ ...ENTRY, expires: "2027-02-30" }], /expires is no day/u],
    ["a date in words", [{ ...ENTRY, expires: "next year" }], /expires is no day/u],
    ["a slip", [{ ...ENTRY, expiry: "2027-01-01" }], /unknown key "expiry"; did you mean expires\?/u],
    ["a prototype", [JSON.parse('{"__proto__": {}, "id": "x"}')], /unknown key "__proto__"/u],
  ])("refuses %s", (_, data, message) => {
    expect(() => checkRisks(data, PLACE)).toThrow(message);
  });

  it("reads a file of its own, and nothing else in it", () => {
    expect(checkRiskFile({ accepted: [ENTRY] }, "f.yaml")).toHaveLength(1);
    expect(checkRiskFile(null, "f.yaml")).toEqual([]);
    expect(() => checkRiskFile([ENTRY], "f.yaml")).toThrow(/is no mapping/u);
    expect(() => checkRiskFile({ acepted: [] }, "f.yaml")).toThrow(/unknown key "acepted"/u);
  });
});

describe("covers", () => {
  const [risk] = checkRisks([ENTRY], PLACE);
  it.each([
    [["MK2001"], "src/legacy/a/b.py", true],
    [["mk2001"], "./src/legacy/a.py", true],
    [["unsafe-model-load", "MK2001"], "notebooks/x.ipynb", true],
    [["MK2001"], "notebooks/deep/x.ipynb", false],
    [["MK2001"], "src/legacy2/a.py", false],
    [["MK2001"], "other/src/legacy/a.py", false],
    [["MK2002"], "src/legacy/a.py", false],
  ])("%j in %s: %s", (ids, path, expected) => {
    expect(risk !== undefined && covers(risk, { ids, path })).toBe(expected);
  });

  it("knows the whole project by a point, and no more by a pattern than it says", () => {
    const [all] = checkRisks([{ ...ENTRY, paths: "." }], PLACE);
    expect(all !== undefined && covers(all, { ids: ["MK2001"], path: "a/b.py" })).toBe(true);
  });
});

describe("days", () => {
  const [risk] = checkRisks([ENTRY], PLACE);
  it.each([
    ["2027-01-30", false],
    ["2027-01-31", false],
    ["2027-02-01", true],
  ])("on %s expired: %s", (today, expected) => {
    expect(risk !== undefined && isExpired(risk, today)).toBe(expected);
  });

  it.each(["2027-1-1", "2027-13-01", "2027-02-29", "x", "", "2027-01-01T00:00:00Z"])("%j is none", (text) => {
    expect(isDate(text)).toBe(false);
  });

  it("a moment has a day", () => {
    expect(dayOf(new Date(Date.UTC(2028, 1, 29, 23, 59)))).toBe("2028-02-29");
    expect(isDate("2028-02-29")).toBe(true);
  });
});
