import { createHash } from "node:crypto";
import { mkdir, readFile, readlink, rename, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ModelkeepError } from "@modelkeep/findings";
import { withFolderLock } from "./folder-lock.ts";
import { type FoundPython, findPython } from "./find-python.ts";
import { install } from "./install.ts";
import { run } from "./process.ts";

export interface EnvironmentOptions {
  /** Modelkeep's data folder; environments lie in `<dataDir>/python/<key>/`. */
  readonly dataDir: string;
  /** Hashed requirements; default: `python/requirements.lock` of this checkout. */
  readonly lockFile?: string;
  /** Told what is being done, one short line at a time. */
  readonly onProgress?: (line: string) => void;
  /** Default `process.env`. */
  readonly env?: NodeJS.ProcessEnv;
}

export interface PythonEnvironment {
  /** Path of the environment's interpreter. */
  readonly python: string;
  /** True when it had to be made in this call. */
  readonly made: boolean;
}

const DONE = "modelkeep.json";

/**
 * Makes, or finds again, the Python environment with MLflow from the hashed lock file.
 *
 * An environment is used only when its completion mark is there (written last) and it answers; a half-made or broken
 * one is removed and made again. It is made where it stays, because virtual environments hold their own path; what
 * changes atomically is the mark and the link `<dataDir>/python/current`.
 * @throws ModelkeepError CONFIGURATION (no fitting Python, broken lock) or UNAVAILABLE (packages cannot be fetched)
 */
export async function ensurePythonEnvironment(options: EnvironmentOptions): Promise<PythonEnvironment> {
  const env = options.env ?? process.env;
  const lockFile = options.lockFile ?? defaultLockFile();
  const found = await findPython(env);
  const root = join(options.dataDir, "python");
  await mkdir(root, { recursive: true, mode: 0o700 });
  const folder = join(root, await keyOf(lockFile, found));
  const python = join(folder, "bin", "python");
  return await withFolderLock(folder, async () => {
    const problem = await whatIsWrong(folder, python);
    if (problem !== undefined) {
      if (problem !== "absent") options.onProgress?.(`the Python environment is ${problem}: making it again`);
      await rm(folder, { recursive: true, force: true });
      await make(folder, lockFile, found, { ...options, env });
    }
    await pointCurrent(root, folder);
    return { python, made: problem !== undefined };
  });
}

/**
 * Looks at the environment that a gateway would use (the one that `MODELKEEP_PYTHON` names, else the managed one),
 * without changing anything.
 * @returns its interpreter, and what is wrong with it; `absent` when the managed one was not made yet
 */
export async function inspectEnvironment(
  options: Pick<EnvironmentOptions, "dataDir" | "env">,
): Promise<{ python: string; problem?: string }> {
  const env = options.env ?? process.env;
  const named = env["MODELKEEP_PYTHON"];
  if (named !== undefined) return result(named, await interpreterProblem(named));
  const link = join(options.dataDir, "python", "current");
  const target = await readlink(link).catch(() => undefined);
  if (target === undefined) return result(join(link, "bin", "python"), "absent");
  const folder = join(options.dataDir, "python", target);
  const python = join(folder, "bin", "python");
  return result(python, await whatIsWrong(folder, python));
}

function result(python: string, problem: string | undefined): { python: string; problem?: string } {
  return problem === undefined ? { python } : { python, problem };
}

/** The lock file that lies in this checkout. */
export function defaultLockFile(): string {
  return fileURLToPath(new URL("../../../../python/requirements.lock", import.meta.url));
}

async function keyOf(lockFile: string, python: FoundPython): Promise<string> {
  let lock: Buffer;
  try {
    lock = await readFile(lockFile);
  } catch (cause) {
    throw new ModelkeepError("CONFIGURATION", `${lockFile} cannot be read: restore it from git`, { cause });
  }
  const digest = createHash("sha256").update(lock).digest("hex");
  return `${digest.slice(0, 16)}-py${python.version.join(".")}`;
}

// Finding the modules costs a tenth of a second; importing MLflow costs seconds, and the server does it anyway.
const CHECK = `
import importlib.util as u, ssl, sqlite3
names = ["mlflow", "sklearn", "skops", "numpy", "scipy", "pandas", "cloudpickle", "joblib", "uvicorn", "fastapi", "flask"]
missing = [name for name in names if u.find_spec(name) is None]
print(" ".join(missing) or "complete")
`;

async function whatIsWrong(folder: string, python: string): Promise<string | undefined> {
  try {
    await readFile(join(folder, DONE));
  } catch {
    return (await exists(folder)) ? "half made" : "absent";
  }
  return await interpreterProblem(python);
}

async function interpreterProblem(python: string): Promise<string | undefined> {
  try {
    const { code, stdout } = await run(python, ["-I", "-c", CHECK], { env: {} });
    if (code !== 0) return "broken (its interpreter fails)";
    return stdout.trim() === "complete" ? undefined : `broken (missing: ${stdout.trim()})`;
  } catch {
    return "broken (its interpreter does not start)";
  }
}

async function exists(path: string): Promise<boolean> {
  const { access } = await import("node:fs/promises");
  return await access(path).then(
    () => true,
    () => false,
  );
}

async function make(
  folder: string,
  lockFile: string,
  found: FoundPython,
  options: EnvironmentOptions & { env: NodeJS.ProcessEnv },
): Promise<void> {
  await install({ folder, lockFile, found, env: options.env, onProgress: options.onProgress ?? (() => {}) });
  const python = join(folder, "bin", "python");
  options.onProgress?.("checking that MLflow imports");
  const { code, tail } = await run(python, ["-I", "-c", "import mlflow, mlflow.sklearn, skops.io, uvicorn"], {
    env: { MLFLOW_DISABLE_TELEMETRY: "true", DO_NOT_TRACK: "true" },
  });
  if (code !== 0) {
    throw new ModelkeepError(
      "CONFIGURATION",
      `the new Python environment does not import MLflow (${lastLine(tail)}): set MODELKEEP_BOOT_PYTHON to another Python`,
    );
  }
  const mark = join(folder, `${DONE}.new`);
  await writeFile(mark, `${JSON.stringify({ python: found.version.join("."), lockFile })}\n`);
  await rename(mark, join(folder, DONE));
}

async function pointCurrent(root: string, folder: string): Promise<void> {
  const link = join(root, "current");
  const target = folder.slice(root.length + 1);
  if ((await readlink(link).catch(() => undefined)) === target) return;
  const fresh = `${link}.${process.pid}`;
  await rm(fresh, { force: true });
  await symlink(target, fresh);
  await rename(fresh, link);
}

function lastLine(text: string): string {
  return text.trim().split("\n").at(-1) ?? "no output";
}
