import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const root = fileURLToPath(new URL(".", import.meta.url));

/** Unit tests run on the sources themselves, so a stale build can never make them pass. */
export default defineConfig({
  resolve: {
    alias: [
      { find: /^@modelkeep\/([^/]+)$/, replacement: `${root}packages/$1/src/index.ts` },
      { find: /^@modelkeep\/([^/]+)\/(.+)$/, replacement: `${root}packages/$1/src/$2.ts` },
    ],
  },
  test: {
    // No test depends on what another run left in the user's cache; those of the cache name a folder of their own.
    env: { MODELKEEP_CACHE: "off" },
    include: ["packages/*/src/**/*.test.ts"],
    testTimeout: 60_000,
    coverage: {
      provider: "v8",
      include: ["packages/*/src/**/*.ts"],
      exclude: ["**/*.test.ts"],
      reporter: ["text-summary"],
      // Of the unit tests alone: the real server, clients and sandbox are reached by the integration tests, uncounted.
      thresholds: { statements: 74, branches: 65, functions: 75, lines: 76 },
    },
  },
});
