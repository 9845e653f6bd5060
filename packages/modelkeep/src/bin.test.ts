import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

const SCRIPT = join(dirname(dirname(fileURLToPath(import.meta.url))), "bin/modelkeep");
/** What the script needs beside Node: nothing that could be one. */
const TOOLS = ["sh", "readlink"];

let root: string;
let installed: string;
let tools: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "modelkeep-bin-"));
  installed = join(root, "node_modules/modelkeep");
  mkdirSync(join(installed, "bin"), { recursive: true });
  mkdirSync(join(installed, "dist"));
  cpSync(SCRIPT, join(installed, "bin/modelkeep"));
  writeFileSync(
    join(installed, "dist/main.js"),
    "console.log(JSON.stringify(process.argv.slice(2))); process.exitCode = 7;",
  );
  tools = join(root, "tools");
  mkdirSync(tools);
  for (const tool of TOOLS) {
    const path = execFileSync("/bin/sh", ["-c", `command -v ${tool}`])
      .toString()
      .trim();
    symlinkSync(path, join(tools, tool));
  }
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

function run(script: string, args: string[] = []): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(script, args, { env: { PATH: tools }, encoding: "utf8" });
}

function bringNode(folder: string): void {
  mkdirSync(join(folder, "node-test/bin"), { recursive: true });
  symlinkSync(process.execPath, join(folder, "node-test/bin/node"));
}

function fakeNode(version: string): void {
  writeFileSync(
    join(tools, "node"),
    `#!/bin/sh\nif [ "$1" = --version ]; then echo ${version}; else echo ran "$@"; fi\n`,
    {
      mode: 0o755,
    },
  );
}

describe("bin/modelkeep", () => {
  test("runs the Node beside it, with arguments and exit code untouched", () => {
    bringNode(join(root, "node_modules"));
    const { status, stdout } = run(join(installed, "bin/modelkeep"), ["scan", "a b", "", "*"]);
    expect(JSON.parse(stdout)).toEqual(["scan", "a b", "", "*"]);
    expect(status).toBe(7);
  });

  test("starts the bundle where the build made one", () => {
    bringNode(join(root, "node_modules"));
    mkdirSync(join(installed, "dist/bundle"));
    writeFileSync(join(installed, "dist/bundle/start.cjs"), "process.exitCode = 8;");
    expect(run(join(installed, "bin/modelkeep")).status).toBe(8);
  });

  test("follows the link that npm makes, relative and absolute", () => {
    bringNode(join(root, "node_modules"));
    mkdirSync(join(root, "node_modules/.bin"));
    symlinkSync("../modelkeep/bin/modelkeep", join(root, "node_modules/.bin/modelkeep"));
    symlinkSync(join(root, "node_modules/.bin/modelkeep"), join(root, "elsewhere"));
    expect(run(join(root, "node_modules/.bin/modelkeep")).status).toBe(7);
    expect(run(join(root, "elsewhere")).status).toBe(7);
  });

  test("takes the system's Node when it is new enough", () => {
    fakeNode("v24.1.0");
    expect(run(join(installed, "bin/modelkeep"), ["scan"]).stdout).toMatch(/^ran .*main\.js scan\n$/u);
  });

  test.each(["v20.11.1", "v22.0.0", "nonsense"])("refuses Node %s in one line", (version) => {
    fakeNode(version);
    const { status, stderr } = run(join(installed, "bin/modelkeep"), ["scan"]);
    expect(status).toBe(2);
    expect(stderr).toMatch(/^modelkeep: needs Node 24 or newer.*\n$/u);
  });

  test("says that there is no Node, or nothing built", () => {
    expect(run(join(installed, "bin/modelkeep")).stderr).toMatch(/found none.*\n$/u);
    rmSync(join(installed, "dist"), { recursive: true });
    const { status, stderr } = run(join(installed, "bin/modelkeep"));
    expect(status).toBe(2);
    expect(stderr).toMatch(/^modelkeep: not built yet.*\n$/u);
  });
});
