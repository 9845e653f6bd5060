import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const root = fileURLToPath(new URL(".", import.meta.url));

/** Tests with the real command, real MLflow and real Python; `npm test` names the Python in MODELKEEP_TEST_PYTHON. */
export default defineConfig({
  resolve: {
    alias: [
      { find: /^@modelkeep\/([^/]+)$/, replacement: `${root}packages/$1/src/index.ts` },
      { find: /^@modelkeep\/([^/]+)\/(.+)$/, replacement: `${root}packages/$1/src/$2.ts` },
    ],
  },
  test: {
    // No test depends on what another run left with the user; those of the cache name a folder of their own. The
    // global setup, in this same process, removes the state folder again.
    env: { MODELKEEP_CACHE: "off", MODELKEEP_STATE: join(tmpdir(), `modelkeep-test-state-${process.pid}`) },
    include: ["tests/**/*.test.ts"],
    globalSetup: ["tests/global-setup.ts"],
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
});
