import { readFileSync } from "node:fs";
import { bufferSource } from "@modelkeep/bytes";
import { analyze } from "@modelkeep/formats/analyze";
import { describe, expect, test } from "vitest";
import { judge } from "../judge.ts";

const FOLDER = new URL("../../fixtures/torch/", import.meta.url);

function judged(bytes: Uint8Array) {
  const source = bufferSource(bytes, "model.pt");
  const analysis = analyze(source);
  return { ...judge(analysis), explained: analysis.explained };
}

const read = (name: string): Buffer => readFileSync(new URL(`${name}.pt`, FOLDER));

describe("files that torch itself wrote", () => {
  test.each([
    "state-1.12",
    "state-2.15",
    "state_legacy-1.12",
    "state_legacy-2.15",
    "dtypes-2.15",
    "ckpt-2.15",
    "param-2.15",
  ])("%s is tensors: allowlisted and explained whole", (name) => {
    const bytes = read(name);
    expect(judged(bytes)).toMatchObject({ verdict: "allowlisted", findings: [], explained: bytes.length });
  });

  test.each(["script-1.12", "script-2.15"])("%s is TorchScript: code by design, nothing worse", (name) => {
    const { verdict, findings } = judged(read(name));
    expect(verdict).toBe("executable");
    expect(new Set(findings.map(({ ruleId }) => ruleId))).toEqual(new Set(["MK1101", "MK1103"]));
  });

  test.each(["module-1.12", "module-2.15", "sparse-2.15"])(
    "%s holds what no list names: not admitted",
    (name) => {
      const { verdict, findings } = judged(read(name));
      expect(verdict).toBe("unanalyzable");
      expect(findings.every(({ ruleId }) => ruleId === "MK1201")).toBe(true);
    },
  );

  test("a cut-off checkpoint is refused wherever it is cut", () => {
    const bytes = read("ckpt-2.15");
    // One byte of it is honest text.
    for (let length = 98; length < bytes.length; length += 97) {
      expect(["inert", "allowlisted"]).not.toContain(judged(bytes.subarray(0, length)).verdict);
    }
  });
});
