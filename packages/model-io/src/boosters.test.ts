import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { scanModelFolder } from "@modelkeep/scanner/model/model-folder";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { SecureMLflowLoader } from "./loader.ts";
import type { ModelScanner } from "./options.ts";

const FIXTURES = join(import.meta.dirname, "../fixtures");
const COLUMNS = ["sepal length (cm)", "sepal width (cm)", "petal length (cm)", "petal width (cm)"];
const ROWS = {
  columns: COLUMNS,
  data: [
    [5, 3, 1.5, 0.2],
    [6, 3, 5, 2],
  ],
};

/** Scans in this process: threads run the built code, which a unit test must not need. */
const scanner: ModelScanner = { scanModel: async (path, options) => await scanModelFolder(path, options) };

let folder = "";
let loader: SecureMLflowLoader;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "boosters-"));
  loader = await SecureMLflowLoader.open({ engine: "native", quarantineFolder: join(folder, "q"), scanner });
});
afterEach(async () => {
  await loader[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

describe("MLflow's booster flavors, natively", () => {
  test("an XGBoost classifier answers as XGBoost does", async () => {
    const model = await loader.safeLoadModel(join(FIXTURES, "xgboost"));
    expect(model.engine).toBe("native");
    expect((await model.predict({ dataframe_split: ROWS })).predictions).toEqual([0, 2]);
  });

  test("a LightGBM booster answers as LightGBM does", async () => {
    const model = await loader.safeLoadModel(join(FIXTURES, "lightgbm"));
    const { predictions } = await model.predict({ dataframe_split: ROWS });
    const expected = [
      [0.6190921032511906, 0.19007381976274235, 0.1908340769860672],
      [0.20421816092385617, 0.2407968040681997, 0.5549850350079442],
    ];
    expect(JSON.parse(JSON.stringify(predictions))).toEqual(
      expected.map((row) => row.map((value) => expect.closeTo(value, 12))),
    );
  });

  test("a CatBoost classifier answers as CatBoost does", async () => {
    const model = await loader.safeLoadModel(join(FIXTURES, "catboost"));
    expect([model.engine, model.verdict, model.className]).toEqual([
      "native",
      "inert",
      "catboost.core.CatBoostClassifier",
    ]);
    const rows = [
      { a: 0.345584192064786, b: 0.8216181435011584, c: 0.33043707618338714 },
      { a: -1.303157231604361, b: 0.9053558666731177, c: 0.4463745723640113 },
    ];
    expect((await model.predict({ dataframe_records: rows })).predictions).toEqual(["high", "low"]);
  });

  test.each([
    ["xgboost", "model.ubj"],
    ["catboost", "model.cb"],
  ])("%s with a file of another kind is refused", async (name, file) => {
    const copy = join(folder, name);
    await cp(join(FIXTURES, name), copy, { recursive: true });
    await writeFile(join(copy, file), "(lp0\n.");
    await expect(loader.safeLoadModel(copy)).rejects.toMatchObject({ name: "ModelkeepError" });
  });
});
