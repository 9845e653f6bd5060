import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Removes the state folder that `vitest.integration.config.ts` names. */
export function teardown(): void {
  rmSync(join(tmpdir(), `modelkeep-test-state-${process.pid}`), { recursive: true, force: true });
}

/** Fails the whole suite, with what to do, where the Python of the tests is missing: a skipped suite proves nothing. */
export function setup(): void {
  const python = process.env["MODELKEEP_TEST_PYTHON"];
  if (python === undefined) {
    throw new Error("MODELKEEP_TEST_PYTHON is not set: run npm test, or set it to a Python that has MLflow");
  }
  try {
    execFileSync(python, [
      "-c",
      "import importlib.util as u; assert all(map(u.find_spec, ['mlflow', 'sklearn', 'skops']))",
    ]);
  } catch (cause) {
    throw new Error(
      `${python} has no mlflow, scikit-learn and skops: run npm test, which makes such a Python`,
      { cause },
    );
  }
}
