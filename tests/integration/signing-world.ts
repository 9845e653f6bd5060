import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const LOCK = join(ROOT, "python/signing.lock");

/** What a program said and how it ended. */
export interface Ended {
  readonly status: number | null;
  readonly output: string;
}

/**
 * The Python with the reference tool, made from its hashed lock when it is not there: the first time takes half a minute.
 * @returns path of its interpreter
 */
export function referencePython(): string {
  const name = createHash("sha256").update(readFileSync(LOCK)).digest("hex").slice(0, 16);
  const folder = join(ROOT, ".modelkeep", "signing-reference", name);
  const python = join(folder, "bin", "python");
  const complete = join(folder, "complete");
  if (existsSync(complete)) return python;
  rmSync(dirname(folder), { recursive: true, force: true });
  mkdirSync(dirname(folder), { recursive: true });
  execFileSync(process.env["MODELKEEP_TEST_PYTHON"] ?? "python3", ["-m", "venv", folder]);
  const install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--only-binary=:all:"];
  execFileSync(python, [...install, "--require-hashes", "-r", LOCK], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  writeFileSync(complete, "");
  return python;
}

/** The reference tool's command. */
export function reference(python: string, cwd: string, ...argv: readonly string[]): Ended {
  return ended(python, ["-m", "model_signing", ...argv], cwd);
}

/** A Python script that uses the reference tool's library; `argv` is its own. */
export function referenceScript(
  python: string,
  cwd: string,
  script: string,
  ...argv: readonly string[]
): Ended {
  return ended(python, ["-c", script, ...argv], cwd);
}

/** `modelkeep` as it is built. */
export function modelkeep(cwd: string, ...argv: readonly string[]): Ended {
  return ended(process.execPath, [join(ROOT, "packages/modelkeep/dist/bundle/start.cjs"), ...argv], cwd);
}

function ended(program: string, argv: readonly string[], cwd: string): Ended {
  const { status, stdout, stderr } = spawnSync(program, argv, { cwd, encoding: "utf8" });
  return { status, output: `${stdout}${stderr}` };
}
