import { ModelkeepError } from "@modelkeep/findings";
import { run } from "./process.ts";

export interface FoundPython {
  readonly file: string;
  /** `[3, 11]` */
  readonly version: readonly [number, number];
}

/** The versions that the lock file resolves for and MLflow supports. */
const OLDEST = 10;
const NEWEST = 14;

const NAMES = ["python3", "python3.13", "python3.12", "python3.11", "python3.10", "python3.14", "python"];

const QUESTION = [
  "import sys, importlib.util as u",
  "print(sys.version_info[0], sys.version_info[1], int(bool(u.find_spec('venv') and u.find_spec('ensurepip'))))",
].join("\n");

type Answer = FoundPython & { readonly hasVenv: boolean };

/**
 * Finds a Python that can make the managed environment: `MODELKEEP_BOOT_PYTHON` alone when set, else the first
 * fitting one on the path.
 * @throws ModelkeepError CONFIGURATION, saying what was found instead and what to install
 */
export async function findPython(env: NodeJS.ProcessEnv): Promise<FoundPython> {
  const chosen = env["MODELKEEP_BOOT_PYTHON"];
  const names = chosen ? [chosen] : NAMES;
  const answers: Answer[] = [];
  for (const name of names) {
    const answer = await ask(name, env);
    if (answer === undefined) continue;
    if (supported(answer) && answer.hasVenv) return { file: answer.file, version: answer.version };
    answers.push(answer);
  }
  throw new ModelkeepError("CONFIGURATION", explain(chosen, answers));
}

async function ask(name: string, env: NodeJS.ProcessEnv): Promise<Answer | undefined> {
  try {
    const { code, stdout } = await run(name, ["-I", "-c", QUESTION], { env });
    const match = /^(\d+) (\d+) ([01])\s*$/u.exec(stdout);
    if (code !== 0 || match === null) return undefined;
    return { file: name, version: [Number(match[1]), Number(match[2])], hasVenv: match[3] === "1" };
  } catch (error) {
    // Not there, or not a program: the next name is asked, and the message tells what was found at all.
    if (error instanceof Error && "code" in error) return undefined;
    throw error;
  }
}

function supported({ version: [major, minor] }: FoundPython): boolean {
  return major === 3 && minor >= OLDEST && minor <= NEWEST;
}

function explain(chosen: string | undefined, answers: readonly Answer[]): string {
  const range = `Python 3.${OLDEST} to 3.${NEWEST}`;
  const noVenv = answers.find((answer) => supported(answer));
  if (noVenv !== undefined) {
    const version = noVenv.version.join(".");
    return `${noVenv.file} (${version}) has no venv module: install it (Debian: apt-get install python${version}-venv) or set MODELKEEP_BOOT_PYTHON to another Python`;
  }
  if (chosen !== undefined && answers.length === 0) {
    return `MODELKEEP_BOOT_PYTHON=${chosen} does not run as Python: set it to ${range}, or unset it`;
  }
  const found = answers.map((answer) => `${answer.file} is ${answer.version.join(".")}`).join(", ");
  return `no ${range} found (${found || "no python3 on the path"}): install one, or set MODELKEEP_BOOT_PYTHON to it`;
}
