import { execFile, execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { isInstalled } from "../../scripts/lib/setup.mjs";
import { root } from "./repository.ts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "modelkeep-start-"));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** `npm start -- ARGS` on the checkout, which is set up already. */
function start(
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
  script = join(root, "scripts/start.mjs"),
): Promise<Ended> {
  return new Promise((resolve) => {
    const options = { env: { PATH: process.env["PATH"], HOME: folder, NO_COLOR: "1", ...env }, cwd: folder };
    execFile(process.execPath, [script, ...args], options, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

// Otherwise `npm start` would install packages under the feet of whoever runs these tests.
const whenSetUp = (): void => {
  if (!isInstalled())
    throw new Error("the packages are not those of the lock file: run npm test, which installs them");
};

/** The one line that says what is wrong. */
const complaint = (ended: Ended): string[] =>
  ended.stderr.split("\n").filter((line) => line.startsWith("modelkeep: "));

describe("npm start says what is missing, in one line, and ends with 2", () => {
  test.each([
    [["--port", "70000"], /--port 70000 is no port: give a number from 0 to 65535/u],
    [["--port", "five"], /--port five is no port/u],
    [["--prot", "5000"], /Unknown option '--prot'.*: see npm start -- --help/u],
    [["now"], /see npm start -- --help/u],
  ])("%j", async (args, message) => {
    const ended = await start(args);
    expect(ended.code).toBe(2);
    expect(complaint(ended)).toEqual([expect.stringMatching(message)]);
    expect(ended.stdout).toBe("");
  });

  test("a taken port", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const ended = await start(["--port", String(port), "--data", join(folder, "data")]);
    server.close();
    expect(ended.code).toBe(2);
    expect(complaint(ended)).toEqual([
      `modelkeep: port ${port} is taken: stop the program that uses it, or run npm start -- --port ${port + 1}`,
    ]);
    expect(existsSync(join(folder, "data"))).toBe(false);
  });

  test("no Python", async () => {
    whenSetUp();
    const ended = await start(["--port", "0", "--data", join(folder, "data")], { PATH: folder });
    expect(ended.code).toBe(2);
    expect(complaint(ended)).toEqual([
      expect.stringMatching(/no Python 3\.10 to 3\.14 found .*: install one/u),
    ]);
  });

  test("a Python without venv", async () => {
    whenSetUp();
    writeFileSync(join(folder, "python3"), "#!/bin/sh\necho 3 12 0\n");
    chmodSync(join(folder, "python3"), 0o755);
    const ended = await start(["--port", "0", "--data", join(folder, "data")], { PATH: folder });
    expect(ended.code).toBe(2);
    expect(complaint(ended)).toEqual([expect.stringMatching(/no venv module: install it/u)]);
  });

  test("a Python that cannot fetch packages", async () => {
    whenSetUp();
    const python = join(folder, "python3");
    const answers =
      '*ensurepip*) echo 3 12 1;; *"-m venv"*) for f; do :; done; mkdir -p "$f/bin"; cp "$0" "$f/bin/python";;';
    const failing =
      '*pip*) echo "ERROR: Could not find a version that satisfies the requirement uv" >&2; exit 1;;';
    writeFileSync(python, `#!/bin/sh\ncase "$*" in ${answers} ${failing} esac\n`);
    chmodSync(python, 0o755);
    const env = { PATH: "/usr/bin:/bin", MODELKEEP_BOOT_PYTHON: python };
    const ended = await start(["--port", "0", "--data", join(folder, "data")], env);
    expect(ended.code).toBe(2);
    expect(complaint(ended)).toEqual([
      expect.stringMatching(/installer cannot be fetched .*: check the network/u),
    ]);
  });

  test("no bubblewrap is a warning", async () => {
    whenSetUp();
    const ended = await start(["--port", "0", "--data", join(folder, "data")], { PATH: folder });
    expect(ended.stderr).toMatch(/^! no bubblewrap: the sandbox engine is off/mu);
  });
});

describe("npm start outside of a set-up checkout", () => {
  /** The scripts and manifests alone, as after a clone, with a npm that fails. */
  function barren(npmOutput: string): NodeJS.ProcessEnv {
    execFileSync("cp", [
      "-r",
      join(root, "scripts"),
      join(root, "package.json"),
      join(root, "package-lock.json"),
      folder,
    ]);
    execFileSync("mkdir", [join(folder, "packages"), join(folder, "bin")]);
    writeFileSync(join(folder, "bin/npm"), `#!/bin/sh\necho '${npmOutput}' >&2\nexit 1\n`);
    chmodSync(join(folder, "bin/npm"), 0o755);
    return { PATH: `${join(folder, "bin")}:/usr/bin:/bin` };
  }

  test.each([
    [
      "npm error request to the registry failed, reason: ENOTFOUND",
      /npm ci failed \(npm error request .*: check the network/u,
    ],
    ["npm error ENOSPC: no space left on device", /free some disk space/u],
    [
      "npm error `npm ci` can only install packages when they are in sync",
      /package-lock\.json does not fit package\.json/u,
    ],
  ])("%s", async (output, message) => {
    const ended = await start([], barren(output), join(folder, "scripts/start.mjs"));
    expect(ended.code).toBe(2);
    expect(complaint(ended)).toEqual([expect.stringMatching(message)]);
  });
});
