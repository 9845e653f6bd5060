import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { readBaseline } from "../baseline/baseline.ts";
import { finding } from "../testing/sample.ts";
import { documentWith, story } from "../testing/story.ts";
import { json } from "./json.ts";
import { writeScore } from "./score.ts";

const SCHEMA = new URL("../../schema/audit.schema.json", import.meta.url);
const isReport = new Ajv2020({ strictTypes: false }).compile(JSON.parse(readFileSync(SCHEMA, "utf8")));

describe("the JSON report", () => {
  it.each(["en", "zh"] as const)("fits its published schema, whatever the language (%s)", (language) => {
    isReport(JSON.parse(json(story(language))));
    expect(isReport.errors).toBeNull();
    isReport(JSON.parse(json(documentWith([], language))));
    expect(isReport.errors).toBeNull();
  });

  it.each([
    ["another schema", (text: string) => text.replace("modelkeep-audit/1", "modelkeep-audit/2")],
    ["an unknown key", (text: string) => text.replace('"evidence"', '"proof"')],
    ["a line 0", (text: string) => text.replace(/"line": \d+/u, '"line": 0')],
    ["no Chinese", (text: string) => text.replace(/"zh": "[^"]*"/u, '"de": ""')],
  ])("with %s does not fit it", (_, spoil) => {
    const good = json(story("en"));
    expect(spoil(good)).not.toBe(good);
    expect(isReport(JSON.parse(spoil(good)))).toBe(false);
  });

  it("is the same bytes for the same audit", () => {
    expect(json(story("en"))).toBe(json(story("en")));
  });

  it("can be the next run's baseline", () => {
    const entries = readBaseline(json(documentWith([finding({ line: 4 })])), "r.json");
    expect(entries).toMatchObject([{ ruleId: "MK2001", path: "src/app.py", line: 4, severity: "critical" }]);
  });

  it("holds no secret that the audit hid", () => {
    expect(json(story("en"))).not.toContain("hunter2-hunter2");
  });
});

describe("the score's JSON", () => {
  const file = new URL("../../schema/score.schema.json", import.meta.url);
  const isScore = new Ajv2020({ strictTypes: false }).compile(JSON.parse(readFileSync(file, "utf8")));

  it("fits its published schema", () => {
    for (const document of [story("en"), documentWith([])]) {
      isScore(JSON.parse(writeScore(document, "json")));
      expect(isScore.errors).toBeNull();
    }
  });

  it("without a part does not fit it", () => {
    const text = writeScore(story("en"), "json");
    expect(isScore(JSON.parse(text.replace('"part": "loading"', '"part": "luck"')))).toBe(false);
  });
});
