import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ModelkeepError } from "@modelkeep/findings";
import type { FoundPython } from "./find-python.ts";
import { type Finished, installerEnvironment, run } from "./process.ts";

export interface InstallOptions {
  readonly folder: string;
  readonly lockFile: string;
  readonly found: FoundPython;
  readonly env: NodeJS.ProcessEnv;
  readonly onProgress: (line: string) => void;
}

/**
 * Makes a virtual environment in `folder` and installs exactly what the lock file names, every file checked against
 * its hash, with bytecode compiled (a cold import of MLflow takes three times as long without).
 * @throws ModelkeepError UNAVAILABLE or CONFIGURATION, with the installer's last line
 */
export async function install(options: InstallOptions): Promise<void> {
  const env = installerEnvironment(options.env);
  const python = join(options.folder, "bin", "python");
  options.onProgress(`making a virtual environment with Python ${options.found.version.join(".")}`);
  const venv = await run(options.found.file, ["-I", "-m", "venv", options.folder], { env });
  check(venv, "the virtual environment cannot be made", "look at the message, or set MODELKEEP_BOOT_PYTHON");
  options.onProgress("fetching uv, the package installer");
  const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"];
  const uv = await run(python, [...pip, "--require-hashes", "-r", uvLockFile()], { env });
  check(uv, "the package installer cannot be fetched", networkAdvice(uv.tail));
  options.onProgress("installing MLflow and what it needs (about a hundred packages)");
  await sync(python, options, env);
}

async function sync(python: string, options: InstallOptions, env: NodeJS.ProcessEnv): Promise<void> {
  const args = [
    "-m",
    "uv",
    "pip",
    "install",
    "--require-hashes",
    "--compile-bytecode",
    "--only-binary=:all:",
  ];
  const result = await run(python, [...args, "--python", python, "--requirements", options.lockFile], {
    env: { ...env, ...(await pipSettings(python, env)), UV_NO_PROGRESS: "1", NO_COLOR: "1" },
    onLine: (line) => {
      if (/^(?:Resolved|Prepared|Installed|Bytecode)/u.test(line)) options.onProgress(line);
    },
  });
  check(result, "the Python packages cannot be installed", networkAdvice(result.tail));
}

function uvLockFile(): string {
  return fileURLToPath(new URL("../../../../python/uv.lock.txt", import.meta.url));
}

/** uv does not read pip's configuration: whoever uses a mirror or a company certificate has told pip about it. */
async function pipSettings(python: string, env: NodeJS.ProcessEnv): Promise<NodeJS.ProcessEnv> {
  const { code, stdout } = await run(python, ["-m", "pip", "config", "list"], { env });
  if (code !== 0) return {};
  const settings: NodeJS.ProcessEnv = {};
  for (const [pipName, uvName] of PIP_TO_UV) {
    const value = new RegExp(`^(?:global|install|:env:)\\.${pipName}='(.*)'$`, "mu").exec(stdout)?.[1];
    if (value !== undefined && env[uvName] === undefined) settings[uvName] = value;
  }
  return settings;
}

const PIP_TO_UV = [
  ["index-url", "UV_DEFAULT_INDEX"],
  ["cert", "SSL_CERT_FILE"],
] as const;

function check(result: Finished, what: string, advice: string): void {
  if (result.code === 0) return;
  const lines = result.tail.trim().split("\n");
  const said =
    lines.findLast((line) => /error|fail|could not|×|├─▶|╰─▶/iu.test(line)) ?? lines.at(-1) ?? "no output";
  throw new ModelkeepError("UNAVAILABLE", `${what} (${said.trim()}): ${advice}`);
}

function networkAdvice(tail: string): string {
  if (/hash/iu.test(tail))
    return "a package differs from the lock file: do not go on, ask where it came from";
  if (/No space left/iu.test(tail))
    return "free some disk space (the environment needs 1.5 GB) and start again";
  return "check the network (a proxy or mirror is taken from pip's own configuration) and start again";
}
