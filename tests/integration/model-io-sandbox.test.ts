import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SecureMLflowLoader, type SecureModel } from "@modelkeep/model-io";
import { afterAll, beforeAll, expect, test } from "vitest";
import { testPython } from "./model-io-server.ts";

const IRIS = join(import.meta.dirname, "../../packages/model-io/fixtures/iris");
const COLUMNS = ["sepal length (cm)", "sepal width (cm)", "petal length (cm)", "petal width (cm)"];
const VALUES = [5, 3, 1.5, 0.2, 6, 3, 5, 2];
const ROWS = { columns: COLUMNS, data: [VALUES.slice(0, 4), VALUES.slice(4)] };
let folder: string;
let loader: SecureMLflowLoader;
let caged: SecureModel;
let native: SecureModel;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "model-io-sandbox-"));
  loader = await SecureMLflowLoader.open({ quarantineFolder: folder, sandbox: { python: testPython() } });
  native = await loader.safeLoadModel(IRIS, { engine: "native" });
  caged = await loader.safeLoadModel(IRIS, { engine: "sandbox" });
});

afterAll(async () => {
  await loader[Symbol.asyncDispose]();
  expect(await readdir(folder)).toEqual([]);
  await rm(folder, { recursive: true });
});

test("both engines say what they are, of the same bytes", () => {
  expect([native.engine, caged.engine]).toEqual(["native", "sandbox"]);
  expect(caged.digest).toBe(native.digest);
  expect(caged.className).toBe(native.className);
});

test("both engines answer the same", async () => {
  for (const input of [
    { dataframe_split: ROWS },
    { inputs: Object.fromEntries(COLUMNS.map((name, at) => [name, [VALUES[at]]])) },
  ]) {
    expect(await caged.predict(input)).toEqual(await native.predict(input));
  }
  const csv = `${COLUMNS.join(",")}\n${VALUES.slice(0, 4).join(",")}\n`;
  expect(await caged.predictCsv(csv)).toEqual(await native.predictCsv(csv));
});

test("scoring documents and CSV go to any method, through the signature, on both", async () => {
  const csv = `${COLUMNS.join(",")}\n${VALUES.slice(0, 4).join(",")}\n`;
  for (const method of ["predict_proba", "decision_function"]) {
    const answers = await Promise.all(
      [caged, native].map(async (model) => [
        await model.predict({ dataframe_split: ROWS }, { method }),
        await model.predictCsv(csv, { method }),
      ]),
    );
    const [theirs, ours] = answers.map((one) => one.flatMap((a) => (a.predictions as number[][]).flat()));
    expect(theirs).toHaveLength(9);
    for (const [at, value] of (theirs ?? []).entries())
      expect(Math.abs(value - (ours?.[at] ?? Number.NaN))).toBeLessThanOrEqual(1e-9 * Math.abs(value));
    const wrong = { dataframe_split: { columns: ["a"], data: [[1]] } };
    for (const model of [caged, native])
      await expect(model.predict(wrong, { method })).rejects.toMatchObject({ code: "INVALID_INPUT" });
  }
});

test("typed input comes back in kind, within 1e-9", async () => {
  const input = { data: Float64Array.from(VALUES), shape: [2, 4] };
  for (const method of ["predict", "predict_proba", "decision_function"]) {
    const [theirs, ours] = [await caged.invoke(method, input), await native.invoke(method, input)];
    if (!("shape" in theirs && "shape" in ours)) throw new Error("no tensors");
    expect([theirs.shape, theirs.dtype]).toEqual([ours.shape, ours.dtype]);
    const [a, b] = [Array.from(theirs.data, Number), Array.from(ours.data, Number)];
    for (const [index, value] of a.entries()) {
      expect(Math.abs(value - (b[index] ?? Number.NaN))).toBeLessThanOrEqual(1e-9 * Math.abs(value));
    }
  }
});

test("wrong input is refused by both with the same code, and the worker lives on", async () => {
  for (const model of [native, caged]) {
    await expect(model.predict({ inputs: { a: [1] } })).rejects.toMatchObject({
      code: "INVALID_INPUT",
      message: expect.stringContaining("missing inputs"),
    });
    await expect(model.invoke("fit", { data: [1], shape: [1, 1] })).rejects.toMatchObject({
      code: "UNSUPPORTED_METHOD",
    });
    expect(await model.predict({ dataframe_split: ROWS })).toEqual({ predictions: [0, 2] });
  }
});

test("many requests at once are all answered", async () => {
  const answers = await Promise.all(
    Array.from({ length: 8 }, () => caged.predict({ dataframe_split: ROWS })),
  );
  expect(answers).toEqual(Array.from({ length: 8 }, () => ({ predictions: [0, 2] })));
});
