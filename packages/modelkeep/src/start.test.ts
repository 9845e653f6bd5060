import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

const DIST = join(dirname(dirname(fileURLToPath(import.meta.url))), "dist");
const BUNDLED = join(DIST, "bundle/start.cjs");
const MODULES = join(DIST, "main.js");

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "modelkeep-start-"));
  mkdirSync(join(folder, "m"));
  writeFileSync(join(folder, "m/MLmodel"), "flavors:\n  sklearn:\n    pickled_model: model.pkl\n");
  writeFileSync(join(folder, "m/model.pkl"), "cos\nsystem\n(S'marker'\ntR.");
  writeFileSync(join(folder, "plain.json"), "{}\n");
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function run(script: string, argv: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...argv], {
    cwd: folder,
    encoding: "utf8",
  });
  return { status, stdout, stderr };
}

// What `npm run build` made last: the bundle must be there, and say what the modules say.
describe("the bundled start", () => {
  test.each([
    [["scan", "--format", "json", "."], 1],
    [["scan", "--format", "sarif", "m"], 1],
    [["scan", "--trace", "m/model.pkl"], 1],
    [["scan", "-j", "2", "."], 1],
    [["scan", "plain.json"], 0],
    [["scan", "none"], 2],
    [["scan"], 2],
    [["scan", "--formt", "json", "."], 2],
    [["scan", "--policy", "none", "."], 2],
    [["scan", "--help"], 0],
    [["--version"], 0],
    [["--debug", "scan", "none"], 2],
    [["doctor", "--nonsense"], 2],
    [["scn"], 2],
  ])("%j does what the modules do", (argv, status) => {
    const bundled = run(BUNDLED, argv);
    expect(bundled).toEqual(run(MODULES, argv));
    expect(bundled.status).toBe(status);
    expect(bundled.stdout + bundled.stderr).not.toBe("");
  });
});
