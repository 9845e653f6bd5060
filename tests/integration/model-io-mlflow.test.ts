import { execFile } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { SecureMLflowLoader, SecureMLflowLogger, type SecureModel } from "@modelkeep/model-io";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type RealMlflow, startMlflow, testPython } from "./model-io-server.ts";

interface Trained {
  readonly uris: readonly string[];
  readonly artifacts: string;
  readonly rows: { readonly columns: readonly string[]; readonly data: readonly (readonly number[])[] };
  readonly predict: readonly number[];
  readonly proba: readonly (readonly number[])[];
}

const run = promisify(execFile);
let folder: string;
let quarantine: string;
let server: RealMlflow;
let trained: Readonly<Record<"skops" | "cloudpickle", Trained>>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "model-io-"));
  quarantine = join(folder, "quarantine");
  server = await startMlflow(folder);
  const script = join(import.meta.dirname, "model-io-train.py");
  const env = { ...process.env, MLFLOW_TRACKING_URI: server.url, MLFLOW_DISABLE_TELEMETRY: "true" };
  const { stdout } = await run(testPython(), [script], { env, cwd: folder, maxBuffer: 2 ** 26 });
  trained = JSON.parse(stdout.slice(stdout.indexOf('{"skops"'))) as typeof trained;
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

async function open(): Promise<SecureMLflowLoader> {
  return await SecureMLflowLoader.open({
    trackingUri: server.url,
    engine: "native",
    quarantineFolder: quarantine,
  });
}

async function requireEqual(model: SecureModel, expected: Trained): Promise<void> {
  const { predictions } = await model.predict({ dataframe_split: expected.rows });
  expect(predictions).toEqual(expected.predict);
  const probabilities = await model.predict({ dataframe_split: expected.rows }, { method: "predict_proba" });
  const flat = [probabilities.predictions].flat(3).map(Number);
  const wanted = expected.proba.flat();
  expect(flat).toHaveLength(wanted.length);
  for (const [index, value] of wanted.entries()) {
    expect(Math.abs((flat[index] ?? Number.NaN) - value)).toBeLessThanOrEqual(
      1e-9 * Math.max(1e-300, Math.abs(value)),
    );
  }
}

describe.each(["skops", "cloudpickle"] as const)("a model that MLflow's client logged as %s", (form) => {
  test("loads by every address and predicts as scikit-learn", async () => {
    await using loader = await open();
    const expected = trained[form];
    const http = `${server.url}/api/2.0/mlflow-artifacts/artifacts${new URL(expected.artifacts).pathname}`;
    for (const uri of [...expected.uris, expected.artifacts, http]) {
      await using model = await loader.safeLoadModel(uri);
      expect([uri, model.engine, model.verdict]).toEqual([uri, "native", "allowlisted"]);
      await requireEqual(model, expected);
    }
  });

  test("is refused when its recorded hashes differ", async () => {
    await using loader = await open();
    const hashes = new Map([["MLmodel", "0".repeat(64)]]);
    await expect(loader.safeLoadModel(trained[form].uris[0] ?? "", { hashes })).rejects.toMatchObject({
      code: "INTEGRITY",
      message: expect.stringContaining("MLmodel has changed"),
    });
  });
});

test("what is not there is NOT_FOUND, and nothing is left behind", async () => {
  await using loader = await open();
  for (const uri of [
    "models:/nobody/1",
    "models:/flowers@nobody",
    "models:/flowers/99",
    "models:/m-00000000000000000000000000000000",
    "runs:/00000000000000000000000000000000/model",
  ]) {
    await expect(loader.safeLoadModel(uri), uri).rejects.toMatchObject({ code: "NOT_FOUND" });
  }
  expect(await readdir(quarantine)).toEqual([]);
});

test("the logger writes what the server then shows, without the secret", async () => {
  const logger = new SecureMLflowLogger({ trackingUri: server.url });
  let runId: string;
  {
    await using written = await logger.startRun({
      experiment: "football",
      runName: "first",
      tags: { team: "a" },
    });
    runId = written.runId;
    await written.logParams({ lr: 0.1, "db.password": "hunter2hunter2", note: "<script>alert(1)</script>" });
    await written.logMetrics({ acc: 0.5, loss: Number.NaN }, 3);
    await written.logText("AKIAIOSFODNN7EXAMPLE and more", "notes/a.txt");
  }
  const get = async (path: string): Promise<string> => await (await fetch(`${server.url}${path}`)).text();
  const shown = await get(`/api/2.0/mlflow/runs/get?run_id=${runId}`);
  expect(JSON.parse(shown)).toMatchObject({ run: { info: { status: "FINISHED", run_name: "first" } } });
  expect(shown).toContain("[redacted: telling-key]");
  expect(shown).not.toMatch(/hunter2|<script/u);
  const { artifact_uri } = (JSON.parse(shown) as { run: { info: { artifact_uri: string } } }).run.info;
  const text = await get(`/api/2.0/mlflow-artifacts/artifacts${new URL(artifact_uri).pathname}/notes/a.txt`);
  expect(text).toBe("[redacted: aws-access-key] and more");
});

test("a run whose call failed ends as FAILED", async () => {
  const logger = new SecureMLflowLogger({ trackingUri: server.url });
  let runId = "";
  await expect(
    (async () => {
      await using written = await logger.startRun({ experiment: "football" });
      runId = written.runId;
      await written.logMetric("huge", 1e11);
    })(),
  ).rejects.toMatchObject({ code: "LIMIT_EXCEEDED" });
  const shown: unknown = await (await fetch(`${server.url}/api/2.0/mlflow/runs/get?run_id=${runId}`)).json();
  expect(shown).toMatchObject({ run: { info: { status: "FAILED" } } });
});
