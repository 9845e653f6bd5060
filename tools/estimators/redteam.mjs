// Random compositions of estimators by redteam.py, compared with the library's own answers and errors.
//   npm run estimators:redteam -- PYTHON SEED COUNT
// PYTHON has the scikit-learn release to be compared with, pandas, joblib, cloudpickle and skops. Exit 1 when an answer is wrong.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const [python, seed, count] = process.argv.slice(2);
if (python === undefined || !/^\d+$/u.test(seed ?? "") || !/^\d+$/u.test(count ?? "")) {
  console.error("redteam.mjs: usage: npm run estimators:redteam -- PYTHON SEED COUNT");
  process.exit(2);
}
const folder = mkdtempSync(join(tmpdir(), "modelkeep-redteam-"));
try {
  run(python, [join(import.meta.dirname, "redteam.py"), folder, seed, count], { OMP_NUM_THREADS: "1" });
  process.exitCode = run(process.execPath, [
    join(import.meta.dirname, "compare.mjs"),
    "--quiet-strict",
    folder,
  ]);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function run(command, args, env = {}) {
  const { status, error } = spawnSync(command, args, { stdio: "inherit", env: { ...process.env, ...env } });
  if (error !== undefined || (status !== 0 && command === python)) {
    console.error(`redteam.mjs: ${command} failed: ${error?.message ?? `status ${status}`}`);
    process.exit(2);
  }
  return status;
}
