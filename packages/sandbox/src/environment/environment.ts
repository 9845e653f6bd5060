import { createHash, randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { inspectPython, type PythonInstallation } from "../bubblewrap/python.ts";
import { SandboxError } from "../error.ts";
import { runTool, type ToolEnd } from "./run.ts";
import { toolArguments } from "./tool-cage.ts";
import { treeDigest } from "./tree.ts";

/** What an environment is made from. */
export interface EnvironmentRequest {
  /** One requirement a line, each checked: a package of the index, versions, a marker. */
  readonly requirements: readonly string[];
  /** The interpreter that it will stand on. */
  readonly python: string;
  /** The installer, https://docs.astral.sh/uv/ */
  readonly uv: string;
  /** Where locks and environments are kept; made when it is not there, for its owner only. */
  readonly folder: string;
  /** Settings of the installer: index, certificates, proxy. Its whole environment beside what is set here. */
  readonly settings?: ReadonlyMap<string, string>;
  /** Looks at the exact versions before anything is fetched; throws to refuse. */
  readonly checkLock: (lock: string) => void;
  readonly onProgress?: (line: string) => void;
  /** Default `bwrap`. */
  readonly bubblewrap?: string;
}

export interface BuiltEnvironment {
  /** Its interpreter. */
  readonly python: string;
  /** The exact versions with their hashes. */
  readonly lock: string;
  /** False when it was there already. */
  readonly made: boolean;
}

const MARK = "modelkeep.json";
const RESOLVE_MILLISECONDS = 5 * 60_000;
const INSTALL_MILLISECONDS = 20 * 60_000;
/** Never a source package: its setup is a program of its author. Never another index than the one that is set. */
const WHEELS_ONLY = ["--only-binary", ":all:", "--no-sources", "--no-config", "--no-python-downloads"];
const QUIET = ["--no-progress", "--color", "never"];

/**
 * Makes, or finds again, the environment for a list of requirements: resolved to exact versions with hashes, wheels
 * only, every file checked against its hash, in a cage that sees no secrets. Both steps are cached by content.
 * @throws {SandboxError} `environment` with the installer's reason, `unavailable`
 */
export async function ensureEnvironment(request: EnvironmentRequest): Promise<BuiltEnvironment> {
  const python = await inspectPython(request.python, false);
  await mkdir(request.folder, { recursive: true, mode: 0o700 });
  const lock = await lockOf(request, python);
  request.checkLock(lock);
  const target = join(request.folder, `env-${digestOf(lock, python.executable).slice(0, 32)}`);
  const found = { python: join(target, "bin", "python"), lock };
  if (await isWhole(target)) return { ...found, made: false };
  await rm(target, { recursive: true, force: true });
  await build(request, python, lock, target);
  return { ...found, made: true };
}

async function lockOf(request: EnvironmentRequest, python: PythonInstallation): Promise<string> {
  const lines = `${[...request.requirements].sort((a, b) => (a < b ? -1 : 1)).join("\n")}\n`;
  const index = JSON.stringify([...(request.settings ?? [])]);
  const file = join(request.folder, `lock-${digestOf(lines, python.executable, index).slice(0, 32)}.txt`);
  if (existsSync(file)) return await readFile(file, "utf8");
  request.onProgress?.("resolving the model's requirements to exact versions");
  const work = await mkdtemp(join(request.folder, "resolve-"));
  try {
    await writeFile(join(work, "in"), lines);
    await inCage(request, python, {
      folder: work,
      milliseconds: RESOLVE_MILLISECONDS,
      failure: "the model's requirements cannot be resolved to wheels",
      command: [
        ...[
          "/uv",
          "pip",
          "compile",
          "--generate-hashes",
          "--no-header",
          "--no-annotate",
          ...WHEELS_ONLY,
          ...QUIET,
        ],
        ...["--python", python.executable, "--output-file", join(work, "out"), join(work, "in")],
      ],
    });
    await rename(join(work, "out"), file);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return await readFile(file, "utf8");
}

/** Made aside and moved when it is whole: an environment that is there is never half made. */
async function build(
  request: EnvironmentRequest,
  python: PythonInstallation,
  lock: string,
  target: string,
): Promise<void> {
  const aside = `${target}.making-${process.pid}-${randomBytes(4).toString("hex")}`;
  try {
    await make(request, python, lock, aside);
    await rename(aside, target);
  } catch (error) {
    // Another process may have been first; what it made is as good.
    if (!(await isWhole(target))) throw error;
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
}

async function make(
  request: EnvironmentRequest,
  python: PythonInstallation,
  lock: string,
  folder: string,
): Promise<void> {
  request.onProgress?.("installing the model's own packages");
  const venv = await runTool(
    python.executable,
    ["-I", "-m", "venv", "--without-pip", folder],
    RESOLVE_MILLISECONDS,
  );
  succeeded(venv, "no virtual environment can be made");
  const lockFile = join(folder, "lock.txt");
  await writeFile(lockFile, lock);
  await inCage(request, python, {
    folder,
    milliseconds: INSTALL_MILLISECONDS,
    failure: "the model's packages cannot be installed",
    command: [
      ...["/uv", "pip", "install", "--require-hashes", "--no-deps", "--no-cache", ...WHEELS_ONLY, ...QUIET],
      ...["--link-mode", "copy", "--python", join(folder, "bin", "python"), "--requirements", lockFile],
    ],
  });
  await compile(request, python, folder);
  const mark = { lock: digestOf(lock), tree: treeDigest(folder, MARK) };
  await writeFile(join(folder, MARK), `${JSON.stringify(mark)}\n`);
}

/** Without network, and without `site`: the packages' .pth files are code, and do not run here. */
async function compile(
  request: EnvironmentRequest,
  python: PythonInstallation,
  folder: string,
): Promise<void> {
  request.onProgress?.("compiling them");
  const argv = toolArguments({
    ...{ python, uv: request.uv, writable: [folder], network: false, env: new Map() },
    // Files that no Python of this version can read are left as they are; that makes its exit code 1.
    command: [python.executable, "-I", "-S", "-m", "compileall", "-q", "-q", join(folder, "lib")],
  });
  const { code, tail } = await runTool(request.bubblewrap ?? "bwrap", argv, INSTALL_MILLISECONDS);
  if (code !== 0 && code !== 1) succeeded({ code, tail }, "the model's packages cannot be compiled");
}

function fixedSettings(temporary: string): ReadonlyMap<string, string> {
  return new Map([
    ["HOME", temporary],
    ["TMPDIR", temporary],
    ["UV_NO_CACHE", "1"],
    ["LANG", "C.UTF-8"],
  ]);
}

interface Step {
  readonly folder: string;
  readonly milliseconds: number;
  readonly failure: string;
  readonly command: readonly string[];
}

async function inCage(request: EnvironmentRequest, python: PythonInstallation, step: Step): Promise<void> {
  // On disk: what is fetched may be larger than memory.
  const temporary = await mkdtemp(join(step.folder, "tmp-"));
  try {
    const env = new Map([...(request.settings ?? []), ...fixedSettings(temporary)]);
    const argv = toolArguments({
      ...step,
      python,
      uv: request.uv,
      env,
      writable: [step.folder],
      network: true,
    });
    succeeded(await runTool(request.bubblewrap ?? "bwrap", argv, step.milliseconds), step.failure);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

function succeeded({ code, tail }: ToolEnd, what: string): void {
  if (code === 0) return;
  const said = tail.replaceAll(/\s+/gu, " ").slice(-600);
  throw new SandboxError("environment", `${what} (${said === "" ? `code ${code}` : said})`, { output: tail });
}

/** Whether an environment was finished and nothing in it changed since. */
async function isWhole(folder: string): Promise<boolean> {
  try {
    const mark: unknown = JSON.parse(await readFile(join(folder, MARK), "utf8"));
    return (
      typeof mark === "object" && mark !== null && "tree" in mark && mark.tree === treeDigest(folder, MARK)
    );
  } catch {
    return false; // not there, or half made: it is made again
  }
}

function digestOf(...texts: readonly string[]): string {
  const digest = createHash("sha256");
  for (const text of texts) digest.update(`${text.length} ${text}`);
  return digest.digest("hex");
}
