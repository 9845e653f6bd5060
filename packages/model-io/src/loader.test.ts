import { chmod, cp, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ModelReport } from "@modelkeep/findings";
import { scanModelFolder } from "@modelkeep/scanner/model/model-folder";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { SecureMLflowLoader } from "./loader.ts";
import type { LoaderOptions, ModelScanner } from "./options.ts";

const IRIS = join(import.meta.dirname, "../fixtures/iris");
const ROWS = {
  columns: ["sepal length (cm)", "sepal width (cm)", "petal length (cm)", "petal width (cm)"],
  data: [
    [5, 3, 1.5, 0.2],
    [6, 3, 5, 2],
  ],
};
/** Written by hand: `os.system` of a marker, protocol 0. */
const HOSTILE = "cposix\nsystem\n(S'touch marker'\ntR.";

let folder: string;
let quarantine: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "loader-"));
  quarantine = join(folder, "quarantine");
});
afterEach(async () => {
  for (const loader of opened.splice(0)) await loader[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

/** Scans in this process: threads run the built code, which a unit test must not need. */
const scanner: ModelScanner = { scanModel: async (path, options) => await scanModelFolder(path, options) };

/** Loaders of the running test: each is disposed after it, and its models with it. */
const opened: SecureMLflowLoader[] = [];

async function open(more: LoaderOptions = {}): Promise<SecureMLflowLoader> {
  const loader = await SecureMLflowLoader.open({
    engine: "native",
    quarantineFolder: quarantine,
    scanner,
    ...more,
  });
  opened.push(loader);
  return loader;
}

async function copyOfIris(): Promise<string> {
  const copy = join(folder, "iris");
  await cp(IRIS, copy, { recursive: true });
  return copy;
}

describe("SecureMLflowLoader", () => {
  test("loads a folder natively and predicts through its signature", async () => {
    const loader = await open();
    const model = await loader.safeLoadModel(IRIS);
    expect(model).toMatchObject({
      engine: "native",
      verdict: "allowlisted",
      className: "sklearn.pipeline.Pipeline",
    });
    expect(model.digest).toMatch(/^[0-9a-f]{64}$/u);
    expect(await model.predict({ dataframe_split: ROWS })).toEqual({ predictions: [0, 2] });
    const probabilities = await model.invoke("predict_proba", {
      data: Float64Array.from(ROWS.data.flat()),
      shape: [2, 4],
    });
    expect(probabilities).toMatchObject({ shape: [2, 3], dtype: "float64" });
  });

  test("resolves a moving alias to another version without fetching anything", async () => {
    let version = "1";
    const asked: string[] = [];
    const loader = await open({
      trackingUri: "http://mlflow.test",
      fetch: async (address) => {
        const url = new URL(address);
        asked.push(url.pathname);
        return url.pathname.endsWith("/alias")
          ? Response.json({ model_version: { name: "a", version } })
          : Response.json({ artifact_uri: `mlflow-artifacts:/v${url.searchParams.get("version")}` });
      },
    });
    const first = await loader.resolve("models:/a@champion");
    version = "2";
    const second = await loader.resolve("models:/a@champion");
    expect(first).toEqual({
      uri: "models:/a@champion",
      name: "a",
      version: "1",
      source: "mlflow-artifacts:/v1",
    });
    expect(second).toMatchObject({ version: "2", source: "mlflow-artifacts:/v2" });
    expect(asked.filter((path) => path.includes("artifacts"))).toEqual([]);
    await expect(loader.resolve("models:/")).rejects.toMatchObject({ code: "CONFIGURATION" });
  });

  test("leaves nothing behind once the model is disposed", async () => {
    const loader = await open();
    const model = await loader.safeLoadModel(IRIS);
    expect(await readdir(quarantine)).toHaveLength(1);
    await model[Symbol.asyncDispose]();
    expect(await readdir(quarantine)).toEqual([]);
  });

  test("what is loaded is private and read-only", async () => {
    let seen: readonly number[] = [];
    const watching: ModelScanner = {
      scanModel: async (path, options) => {
        seen = [(await stat(path)).mode & 0o777, (await stat(join(path, "model.pkl"))).mode & 0o777];
        return await scanner.scanModel(path, options);
      },
    };
    const loader = await open({ scanner: watching });
    await loader.safeLoadModel(IRIS);
    expect(seen).toEqual([0o500, 0o400]);
  });

  test("refuses a pickle that runs a command, without running it", async () => {
    const copy = await copyOfIris();
    await writeFile(join(copy, "model.pkl"), HOSTILE);
    const loader = await open();
    await expect(loader.safeLoadModel(copy)).rejects.toMatchObject({
      code: "NOT_ADMITTED",
      message: expect.stringContaining("malicious"),
    });
    expect(await readdir(quarantine)).toEqual([]);
    await expect(stat("marker")).rejects.toMatchObject({ code: "ENOENT" });
  });

  test("a source that is changed after the copy changes nothing", async () => {
    const copy = await copyOfIris();
    const swapping: ModelScanner = {
      scanModel: async (path, options) => {
        await writeFile(join(copy, "model.pkl"), HOSTILE);
        return await scanner.scanModel(path, options);
      },
    };
    const loader = await open({ scanner: swapping });
    const model = await loader.safeLoadModel(copy);
    expect(await model.predict({ dataframe_split: ROWS })).toEqual({ predictions: [0, 2] });
  });

  async function swapIn(path: string): Promise<void> {
    await chmod(path, 0o700);
    await rm(join(path, "model.pkl"), { force: true });
    await writeFile(join(path, "model.pkl"), HOSTILE);
  }

  test("a file that is swapped between hash and scan is found", async () => {
    const clean: ModelReport = await scanModelFolder(IRIS, { name: "" });
    const blind: ModelScanner = {
      scanModel: async (path, options) => {
        await swapIn(path);
        const report = await scanner.scanModel(path, options);
        return { ...clean, files: report.files };
      },
    };
    const loader = await open({ scanner: blind });
    await expect(loader.safeLoadModel(IRIS)).rejects.toMatchObject({ code: "INTEGRITY" });
  });

  test("a file that is swapped between scan and load is found", async () => {
    const late: ModelScanner = {
      scanModel: async (path, options) => {
        const report = await scanner.scanModel(path, options);
        await swapIn(path);
        return report;
      },
    };
    const loader = await open({ scanner: late });
    await expect(loader.safeLoadModel(IRIS)).rejects.toMatchObject({ code: "INTEGRITY" });
    expect(await readdir(quarantine)).toEqual([]);
  });

  test("recorded hashes must fit, file by file", async () => {
    const copy = await copyOfIris();
    await writeFile(join(copy, "extra.txt"), "x");
    const loader = await open();
    const hashes = new Map([["gone.txt", "0".repeat(64)]]);
    await expect(loader.safeLoadModel(copy, { hashes })).rejects.toThrow(
      /extra\.txt is new.*gone\.txt is missing/u,
    );
  });

  test.each<[string, (copy: string) => Promise<unknown>, string]>([
    ["no MLmodel", (copy) => rm(join(copy, "MLmodel")), "NOT_ADMITTED"],
    ["a missing model file", (copy) => rm(join(copy, "model.pkl")), "NOT_ADMITTED"],
    ["a link", (copy) => symlink("/etc/hostname", join(copy, "link")), "LIMIT_EXCEEDED"],
    [
      "a truncated pickle",
      async (copy) =>
        await writeFile(join(copy, "model.pkl"), (await readFile(join(IRIS, "model.pkl"))).subarray(0, 900)),
      "NOT_ADMITTED",
    ],
    [
      "code paths",
      async (copy) => {
        const text = await readFile(join(copy, "MLmodel"), "utf8");
        await writeFile(
          join(copy, "MLmodel"),
          text.replace("loader_module: mlflow.sklearn", "loader_module: my_loader"),
        );
      },
      "NOT_ADMITTED",
    ],
  ])("refuses a folder with %s", async (_name, spoil, code) => {
    const copy = await copyOfIris();
    await spoil(copy);
    const loader = await open();
    await expect(loader.safeLoadModel(copy)).rejects.toMatchObject({ code });
    expect(await readdir(quarantine)).toEqual([]);
  });

  test.each([
    ["/nowhere/at/all", "NOT_FOUND"],
    ["ftp://host/model", "CONFIGURATION"],
    ["models:/", "CONFIGURATION"],
  ])("refuses %s", async (uri, code) => {
    const loader = await open();
    await expect(loader.safeLoadModel(uri)).rejects.toMatchObject({ name: "ModelkeepError", code });
  });

  test.each<[string, object, string]>([
    ["a missing column", { dataframe_split: { columns: ["a"], data: [[1]] } }, "INVALID_INPUT"],
    ["two formats", { dataframe_split: ROWS, inputs: [[1]] }, "INVALID_INPUT"],
    ["text for a number", { dataframe_split: { ...ROWS, data: [["x", 1, 1, 1]] } }, "INVALID_INPUT"],
    ["ragged rows", { dataframe_split: { ...ROWS, data: [[1, 2]] } }, "INVALID_INPUT"],
  ])("refuses input with %s", async (_name, input, code) => {
    const loader = await open();
    const model = await loader.safeLoadModel(IRIS);
    await expect(model.predict(input as never)).rejects.toMatchObject({ code });
  });

  test("refuses a method that the model has not", async () => {
    const loader = await open();
    const model = await loader.safeLoadModel(IRIS);
    for (const method of ["transform", "__reduce__", "constructor", "fit"]) {
      await expect(model.invoke(method, { data: [1], shape: [1, 1] })).rejects.toMatchObject({
        code: "UNSUPPORTED_METHOD",
      });
    }
  });
});
