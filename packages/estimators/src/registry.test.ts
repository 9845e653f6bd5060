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

/** Rows of the table of docs/estimators.md: class, and what was counted in each release. */
function documented(): ReadonlyMap<string, readonly string[]> {
  const page = readFileSync(new URL("../../../docs/estimators.md", import.meta.url), "utf8");
  const rows = [...page.matchAll(/^\| (?<name>[A-Z]\w+)(?: \(\w+\))? \|(?<cells>.*)\|$/gmu)];
  return new Map(rows.map(({ groups }) => [groups?.["name"] ?? "", (groups?.["cells"] ?? "").split("|")]));
}

test("the page's table refuses no class that is evaluated, and evaluates none that is refused", () => {
  const known = new Set([...REGISTRY.keys()].map((name) => name.slice(name.lastIndexOf(".") + 1)));
  const table = documented();
  expect(table.size).toBeGreaterThan(150);
  for (const [name, cells] of table) {
    const evaluated = cells.some(
      (cell) => /(?:^|, )\s*\d+(?:,|\s*$)/u.test(cell.trim()) || /strict/u.test(cell),
    );
    if (name !== "Booster") expect([name, evaluated]).toEqual([name, known.has(name)]);
    expect([name, cells.some((cell) => cell.includes("wrong"))]).toEqual([name, false]);
  }
});

/** Classes that others hold, or that only the census asks. */
const HELD =
  /^_|^(?:DictVectorizer|MultiOutputClassifier|MultiLabelBinarizer|IsotonicRegression|SparseCoder|FeatureUnion|LGBMRanker|XGBRanker)$/u;

test("every class that is evaluated has its row", () => {
  const table = documented();
  for (const name of REGISTRY.keys()) {
    const short = name.slice(name.lastIndexOf(".") + 1);
    if (!HELD.test(short)) expect([name, table.has(short)]).toEqual([name, true]);
  }
});
