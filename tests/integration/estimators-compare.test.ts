import { execFile } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../../", import.meta.url));
let corpus = "";

beforeAll(async () => {
  corpus = await mkdtemp(join(tmpdir(), "modelkeep-estimators-"));
});

afterAll(async () => {
  await rm(corpus, { recursive: true, force: true });
});

function python(): string {
  const path = process.env["MODELKEEP_TEST_PYTHON"];
  if (path === undefined)
    throw new Error("MODELKEEP_TEST_PYTHON is not set: name a Python that has scikit-learn and pandas");
  return path;
}

test("pipelines over frames, fitted now by the installed scikit-learn, are answered exactly", {
  timeout: 300_000,
}, async () => {
  await run(
    python(),
    [
      join(root, "tools/estimators/make_corpus.py"),
      corpus,
      "frame/pipeline",
      "frame/ct-ignore",
      "frame/onehot",
      "frame/stacking",
      "text/pipeline",
      "opt/HistGradientBoostingClassifier",
      "opt/RandomForestClassifier",
    ],
    {
      maxBuffer: 2 ** 24,
      // Threads that spin for work they do not have are slower than one on a busy machine.
      env: { ...process.env, OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1" },
    },
  );
  expect((await readdir(corpus)).length).toBeGreaterThan(20);
  const { stdout } = await run(process.execPath, [join(root, "tools/estimators/compare.mjs"), corpus], {
    maxBuffer: 2 ** 24,
  });
  const counts = /answers: (\d+) exact, \d+ refused at the call, (\d+) wrong/u.exec(stdout);
  expect(Number(counts?.[1])).toBeGreaterThan(80);
  expect(counts?.[2]).toBe("0");
});
