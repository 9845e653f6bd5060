import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { DEFAULT_POLICY } from "./policy.ts";
import { loadPolicy, parsePolicy } from "./policy-file.ts";

describe("parsePolicy", () => {
  test("adds to the defaults", () => {
    expect(parsePolicy(null)).toEqual(DEFAULT_POLICY);
    expect(parsePolicy({ allow: ["mypackage.model.Scaler"], limits: { maxSteps: 5 } })).toEqual({
      admit: ["inert", "allowlisted"],
      allow: new Set(["mypackage.model.Scaler"]),
      limits: { maxSteps: 5 },
    });
  });

  test.each([
    [{ admit: ["malicious"] }, /refused always/u],
    [{ admit: ["fine"] }, /verdicts are/u],
    [{ admit: "inert" }, /no list/u],
    [{ allow: ["mypackage.*"] }, /no wildcard/u],
    [{ allow: ["Scaler"] }, /exact module\.name/u],
    [{ allow: ["os.system"] }, /starts a program/u],
    [{ allow: ["builtins.getattr"] }, /attribute/u],
    [{ allow: [""] }, /exact/u],
    [{ limits: { maxSteps: -1 } }, /whole number/u],
    [{ limits: { maxSteps: "many" } }, /whole number/u],
    [{ limits: { maxStep: 1 } }, /did you mean maxSteps/u],
    [{ admits: [] }, /did you mean admit/u],
    ["inert", /no mapping/u],
    [[], /no mapping/u],
  ])("%j is refused", (data, message) => {
    expect(() => parsePolicy(data)).toThrow(message);
  });
});

describe("loadPolicy", () => {
  test("reads YAML, and refuses what is none, twice the same key, and a bomb of aliases", async () => {
    const folder = mkdtempSync(join(tmpdir(), "modelkeep-policy-"));
    const file = join(folder, "policy.yaml");
    const load = async (text: string): Promise<unknown> => {
      writeFileSync(file, text);
      return await loadPolicy(file);
    };
    try {
      expect(await load("admit: [inert]\n")).toEqual({ ...DEFAULT_POLICY, admit: ["inert"] });
      await expect(load("admit: [\n")).rejects.toMatchObject({ code: "CONFIGURATION" });
      await expect(load("admit: [inert]\nadmit: [allowlisted]\n")).rejects.toMatchObject({
        code: "CONFIGURATION",
      });
      await expect(load("admit: &a [inert]\nallow: *a\n")).rejects.toThrow(/alias/iu);
      await expect(loadPolicy(join(folder, "none.yaml"))).rejects.toMatchObject({ code: "NOT_FOUND" });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
