import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { bufferSource } from "@modelkeep/bytes";
import { analyze } from "@modelkeep/formats/analyze";
import { judge } from "@modelkeep/scanner/judge";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const COLLECTOR = fileURLToPath(new URL("../../tools/allowlist/collect.py", import.meta.url));
const python = process.env["MODELKEEP_TEST_PYTHON"];

/** Models that hold a Python function of the user's own, or what the reviewed list refuses with its reason. */
const NOT_DATA =
  /_plot|scipy_(frozen|univariate|ckdtree|kdtree)|pandas_frame_(tz|arrow)|std_(ranges|text_methods|math)/;

describe("real models of the libraries that are installed", () => {
  const folder = mkdtempSync(join(tmpdir(), "modelkeep-corpus-"));
  const corpus = join(folder, "corpus");

  beforeAll(() => {
    if (python === undefined)
      throw new Error("set MODELKEEP_TEST_PYTHON to a Python with scikit-learn and skops");
    mkdirSync(corpus);
    const only = ["--only", "std,numpy,compose,xgboost,lightgbm,catboost"];
    execFileSync(python, [COLLECTOR, "test", join(folder, "record.json"), "--corpus", corpus, ...only], {
      cwd: folder,
      stdio: "pipe",
      env: { ...process.env, PYTHONDONTWRITEBYTECODE: "1", OMP_NUM_THREADS: "1" },
    });
  }, 300_000);

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test("at least 99 of 100 are explained and allowed", () => {
    const refused: string[] = [];
    const files = readdirSync(corpus).filter((name) => !NOT_DATA.test(name));
    for (const name of files) {
      const { verdict, findings } = judge(analyze(bufferSource(readFileSync(join(corpus, name)), name)));
      if (verdict !== "inert" && verdict !== "allowlisted")
        refused.push(`${name}: ${findings[0]?.message ?? verdict}`);
    }
    expect(files.length).toBeGreaterThan(500);
    expect(refused.length / files.length, refused.slice(0, 20).join("\n")).toBeLessThanOrEqual(0.01);
  }, 300_000);
});
