import { execFile } from "node:child_process";
import { readdir } from "node:fs/promises";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { SandboxError } from "../error.ts";

const QUESTION = "import sys; print(sys.executable, '%d.%d' % sys.version_info[:2])";

/**
 * An interpreter of one minor version (`3.11`): on PATH, or one that pyenv or uv installed.
 * @throws {SandboxError} `environment` says what to install
 */
export async function findPythonVersion(
  minor: string,
  env: NodeJS.ProcessEnv = process.env,
): Promise<string> {
  for (const candidate of await candidates(minor, env)) {
    const answer = await ask(candidate);
    if (answer?.version === minor) return answer.executable;
  }
  throw new SandboxError(
    "environment",
    `the model needs Python ${minor}, which is not on this machine: install it, or choose the managed environment`,
  );
}

async function candidates(minor: string, env: NodeJS.ProcessEnv): Promise<string[]> {
  const name = `python${minor}`;
  const onPath = (env["PATH"] ?? "")
    .split(delimiter)
    .filter(Boolean)
    .map((folder) => join(folder, name));
  const home = env["HOME"] ?? homedir();
  const roots = [env["PYENV_ROOT"] ?? join(home, ".pyenv"), join(home, ".local/share/uv/python")];
  const folders = [join(roots[0] ?? "", "versions"), roots[1] ?? ""];
  const installed = await Promise.all(
    folders.map(async (folder) => {
      const names = await readdir(folder).catch(() => []); // neither is there on most machines
      return names.filter((one) => one.includes(`${minor}.`)).map((one) => join(folder, one, "bin", name));
    }),
  );
  return [...onPath, ...installed.flat()];
}

async function ask(python: string): Promise<{ executable: string; version: string } | undefined> {
  try {
    const { stdout } = await promisify(execFile)(python, ["-I", "-S", "-c", QUESTION], {
      env: {},
      timeout: 10_000,
    });
    const [executable, version] = stdout.trim().split(" ");
    return executable === undefined || version === undefined ? undefined : { executable, version };
  } catch {
    return undefined; // no such interpreter, or a shim for one that is not installed
  }
}
