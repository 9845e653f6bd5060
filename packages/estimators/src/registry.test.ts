import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { REGISTRY } from "./registry.ts";

const folder = new URL("./sklearn/", import.meta.url);

test("every file of src/sklearn that exports an entry is in the table", () => {
  const table = readFileSync(new URL("./registry.ts", import.meta.url), "utf8");
  const files = readdirSync(folder).filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"));
  expect(files.length).toBeGreaterThan(20);
  for (const file of files) {
    const exports = readFileSync(new URL(file, folder), "utf8").includes("export const entry: Entry");
    expect([file, table.includes(`"./sklearn/${file}"`)]).toEqual([file, exports]);
  }
});

test("no class is claimed twice", () => {
  const claimed = new Set([...REGISTRY.values()].flatMap((entry) => entry.classes));
  const all = [...new Set(REGISTRY.values())].flatMap((entry) => entry.classes);
  expect(all.length).toBe(claimed.size);
  expect(REGISTRY.size).toBe(claimed.size);
});

test("every class is named by its full path", () => {
  for (const name of REGISTRY.keys())
    expect(name).toMatch(/^(?:sklearn|xgboost|lightgbm)(?:\.[a-z_]+)+\._?[A-Z]\w+$/u);
});
