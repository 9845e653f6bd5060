// The escape list of tests/integration/sandbox-escape.test.ts in containers. Usage: npm run sandbox:containers
// MODELKEEP_TEST_CONTAINERS="podman:runc docker:runsc" names engines and runtimes, which must be there; default
// podman with MODELKEEP_OCI_RUNTIME, or its own. Needs MODELKEEP_TEST_PYTHON (with MLflow).
import { spawnSync } from "node:child_process";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const containers =
  process.env.MODELKEEP_TEST_CONTAINERS || `podman:${process.env.MODELKEEP_OCI_RUNTIME ?? ""}`;
const vitest = join(root, "node_modules", "vitest", "vitest.mjs");
const words = ["run", "--config", "vitest.integration.config.ts", "tests/integration/sandbox-escape.test.ts"];
const env = { ...process.env, MODELKEEP_TEST_CONTAINERS: containers };
const { status } = spawnSync(process.execPath, [vitest, ...words, "--reporter=verbose"], {
  cwd: root,
  env,
  stdio: "inherit",
});
process.exitCode = status ?? 1;
