// `npm run schema:compare -- COUNT SEED`: more of tests/integration/schema-oracle.test.ts than a push needs.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const [count = "20000", seed = "1"] = process.argv.slice(2);
if (!process.env.MODELKEEP_TEST_PYTHON) {
  console.error("set MODELKEEP_TEST_PYTHON to a Python with MLflow");
  process.exit(2);
}
const vitest = join(root, "node_modules", "vitest", "vitest.mjs");
const args = [
  vitest,
  "run",
  "--config",
  "vitest.integration.config.ts",
  "tests/integration/schema-oracle.test.ts",
];
const env = { ...process.env, MODELKEEP_SCHEMA_CASES: count, MODELKEEP_SCHEMA_SEED: seed };
process.exit(spawnSync(process.execPath, args, { cwd: root, env, stdio: "inherit" }).status ?? 2);
