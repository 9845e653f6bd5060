import { readdirSync, readFileSync } from "node:fs";
import { bufferSource } from "@modelkeep/bytes";
import type { Input, Method, Output } from "@modelkeep/estimators/data";
import { loadBoosterFile, loadModel, type NativeModel } from "@modelkeep/estimators/load";
import { readModelGraph } from "@modelkeep/formats/model-graph";
import { describe, expect, test } from "vitest";
import { Batcher } from "../serve/batch.ts";
import { isRowwise } from "./rowwise.ts";

interface Dumped {
  readonly shape: number[];
  readonly data: Json[];
  readonly dtype: string;
  readonly columns?: [string, Json[], "float64" | "object"][];
}

const root = new URL("../../../estimators/fixtures/", import.meta.url);
const cases = readdirSync(root, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .flatMap(({ name: version }) =>
    readdirSync(new URL(`${version}/`, root)).map((name) => ({
      version,
      folder: new URL(`${version}/${name}/`, root),
    })),
  )
  .map(({ version, folder }) => ({ version, folder, model: read(folder) }))
  .filter(({ model }) => isRowwise(model.parts));

function read(folder: URL): NativeModel {
  const file = readdirSync(folder).find((name) => name.startsWith("model.")) ?? "";
  const source = bufferSource(readFileSync(new URL(file, folder)), file);
  if (/\.(?:ubj|json)$/u.test(file)) return loadBoosterFile(source, "xgboost.core.Booster");
  if (file.endsWith(".lgb")) return loadBoosterFile(source, "lightgbm.basic.Booster");
  const graph = readModelGraph(source);
  if (graph === undefined) throw new Error(`${file} holds no model`);
  return loadModel(graph.root);
}

/** Each row of an input as an input of its own. */
function rowsOf(dumped: Dumped): Input[] {
  if (dumped.columns !== undefined) {
    const { columns } = dumped;
    const dtypes = Object.fromEntries(columns.map(([name, , dtype]) => [name, dtype]));
    return (columns[0]?.[1] ?? []).map((_, row) => ({
      columns: new Map(columns.map(([name, values]) => [name, [cell(values[row] ?? null)]])),
      dtypes,
    }));
  }
  const [rows = 0, width = 1, ...more] = dumped.shape;
  if (more.length > 0 || dumped.shape.length < 2 || !/^(?:float|int|object)/u.test(dumped.dtype)) return [];
  return Array.from({ length: rows }, (_, row) => ({
    data: dumped.data.slice(row * width, (row + 1) * width).map(cell),
    shape: [1, width],
    dtype: dumped.dtype as "float64",
  }));
}

type Json = string | number | boolean | null;
const SPECIAL = new Map([
  ["nan!", Number.NaN],
  ["inf!", Number.POSITIVE_INFINITY],
  ["-inf!", Number.NEGATIVE_INFINITY],
]);

/** Texts of a fixture begin with a mark, so that they are not taken for special numbers. */
function cell(value: Json): Json {
  return typeof value === "string" ? (SPECIAL.get(value) ?? value.slice(2)) : value;
}

async function outcome(work: () => Output | Promise<Output>): Promise<unknown> {
  try {
    return plain(await work());
  } catch (error) {
    return error instanceof Error ? error.message : error;
  }
}

/** Every number by its bits; typed arrays and lists alike. */
function plain(output: Output): unknown {
  if (!("data" in output)) return output;
  const bits = (value: unknown): unknown =>
    typeof value === "number" ? (Object.is(value, -0) ? "-0" : value) : value;
  const data = Array.from(output.data as ArrayLike<unknown>, bits);
  if (!("indptr" in output)) return { ...output, data };
  return { ...output, data, indptr: Array.from(output.indptr), indices: Array.from(output.indices) };
}

let batched = 0;

describe("rows that are evaluated together answer as they do alone, bit by bit", () => {
  test("there are fixtures of many estimators to show it on", () => {
    const shown = new Set(cases.flatMap(({ model }) => model.parts).map((part) => part.split(".").at(-1)));
    const wanted =
      "LogisticRegression Ridge TweedieRegressor DecisionTreeClassifier RandomForestClassifier " +
      "GradientBoostingClassifier HistGradientBoostingClassifier StandardScaler SimpleImputer MissingIndicator " +
      "OneHotEncoder OrdinalEncoder FunctionTransformer ColumnTransformer Pipeline XGBClassifier LGBMClassifier Booster";
    expect(wanted.split(" ").filter((name) => !shown.has(name))).toEqual([]);
  });

  test.each(
    cases.map(
      ({ version, folder, model }) =>
        [`${version} ${folder.pathname.split("/").at(-2)}`, folder, model] as const,
    ),
  )("%s", async (_name, folder, model) => {
    const { inputs } = JSON.parse(readFileSync(new URL("case.json", folder), "utf8")) as {
      inputs: Dumped[];
    };
    const { methods } = model;
    let together = 0;
    const steps = {
      prepare: () => {
        throw new Error("not asked");
      },
      evaluate: ({ method, input }: { method: string; input: Input }) =>
        model.invoke(method as Method, input),
    };
    const batcher = new Batcher(steps, (requests) => void (together = Math.max(together, requests)));
    for (const method of methods) {
      const rows = inputs.flatMap(rowsOf);
      const alone = await Promise.all(
        rows.map(async (input) => await outcome(() => model.invoke(method, input))),
      );
      const answers = await Promise.all(
        rows.map(async (input) => await outcome(() => batcher.evaluate({ method, input }))),
      );
      expect(answers).toEqual(alone);
    }
    if (together > 1) batched++;
  });
});

test("and in nearly all of them rows did go together", () => {
  expect(batched).toBeGreaterThan(cases.length * 0.8);
});

test.each([
  [["sklearn.naive_bayes.GaussianNB"]],
  [["sklearn.pipeline.Pipeline", "sklearn.decomposition._pca.PCA"]],
  [["somewhere.LogisticRegression"]],
  [[]],
])("%j is not known to be so", (parts) => {
  expect(isRowwise(parts)).toBe(false);
});
