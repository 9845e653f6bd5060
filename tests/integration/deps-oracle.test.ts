import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "..", "..");

// `npm run deps:compare -- ZIP COUNT SEED` does the same with as many as wanted.
test("matches and specifiers are those of packaging and of OSV's own evaluation", () => {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [
      join(root, "tools", "deps", "compare.mjs"),
      join(root, "packages", "deps", "fixtures", "osv-pypi-2024-10-10-part.zip"),
      "500",
      "7",
    ],
    { encoding: "utf8" },
  );
  expect(stderr).toBe("");
  expect(stdout).toMatch(/^500 versions, [1-9]\d+ matches, 500 specifiers: 0 differ/u);
  expect(status).toBe(0);
});
