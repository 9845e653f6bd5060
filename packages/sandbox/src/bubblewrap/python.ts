import { execFile } from "node:child_process";
import { access, readlink } from "node:fs/promises";
import { dirname, resolve, sep } from "node:path";
import { promisify } from "node:util";
import { SandboxError } from "../error.ts";

/** What of a Python installation a worker needs to see. */
export interface PythonInstallation {
  /** The interpreter as it was named: a virtual environment's own. */
  readonly executable: string;
  /** Folders and files to bind read-only at their own places. */
  readonly binds: readonly string[];
  /** Links on the way from `executable` to the program, to be made anew where no bind shows them. */
  readonly links: readonly { readonly target: string; readonly path: string }[];
  /** False when its packages were chosen by a model: then nothing of them runs outside of a worker's cage. */
  readonly trusted: boolean;
}

/** Hops from a virtual environment's link to the program. */
const MAX_LINKS = 8;

const QUESTION = `
import json, os, sys, sysconfig
# Without site a virtual environment does not know itself, before Python 3.14.
above = os.path.dirname(os.path.dirname(os.path.abspath(sys.executable)))
venv = above if os.path.exists(os.path.join(above, "pyvenv.cfg")) else sys.base_prefix
print(json.dumps({
  "prefix": venv, "base": sys.base_prefix,
  "real": os.path.realpath(sys.executable), "executable": sys.executable,
  "stdlib": sysconfig.get_path("stdlib"), "shared": sysconfig.get_config_var("LIBDIR") or "",
}))`;

/**
 * Asks a Python where it lives. Without `site`: nothing of its packages runs.
 * @param trusted whether its packages may be imported before a cage is shut
 * @throws {SandboxError} `unavailable`
 */
export async function inspectPython(named: string, trusted = true): Promise<PythonInstallation> {
  const answer = await ask(named, trusted);
  const text = (name: string): string => {
    const value = answer[name];
    if (typeof value === "string") return value;
    throw new SandboxError("unavailable", `${named} does not say its ${name}: is it CPython 3?`);
  };
  const [prefix, base, stdlib] = [text("prefix"), text("base"), text("stdlib")];
  const venv = prefix === base ? [] : [prefix];
  // A whole prefix such as /usr would show the worker every program of this machine: only its libraries are bound.
  const libraries = base === "/usr" ? [] : [stdlib, text("shared")];
  const executable = text("executable");
  const binds = outermost(await existing([...venv, text("real"), ...libraries]));
  return { executable, binds, links: await linksFrom(executable, binds), trusted };
}

function outermost(paths: readonly string[]): string[] {
  const unique = [...new Set(paths)];
  return unique.filter((path) => !unique.some((other) => other !== path && isWithin(path, other)));
}

function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}

async function linksFrom(executable: string, binds: readonly string[]): Promise<PythonInstallation["links"]> {
  const links: { target: string; path: string }[] = [];
  let path = executable;
  for (let hops = 0; hops < MAX_LINKS; hops++) {
    const target = await readlink(path).catch(() => undefined); // EINVAL: the program itself
    if (target === undefined) return links;
    if (!binds.some((bind) => isWithin(path, bind))) links.push({ target, path });
    path = resolve(dirname(path), target);
  }
  throw new SandboxError(
    "unavailable",
    `${executable} is a link to a link to a link: name the interpreter itself`,
  );
}

async function ask(executable: string, trusted: boolean): Promise<Readonly<Record<string, unknown>>> {
  try {
    const { stdout } = await promisify(execFile)(
      executable,
      ["-I", ...(trusted ? [] : ["-S"]), "-c", QUESTION],
      {
        timeout: 30_000,
        env: { LANG: "C.UTF-8" },
      },
    );
    const answer: unknown = JSON.parse(stdout);
    if (typeof answer === "object" && answer !== null) return { ...answer };
    throw new Error("no answer");
  } catch (cause) {
    throw new SandboxError(
      "unavailable",
      `the managed Python ${executable} does not start: run npm start to make it, or set MODELKEEP_PYTHON`,
      { cause },
    );
  }
}

async function existing(paths: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const path of paths) {
    if (path === "") continue;
    try {
      await access(path);
      found.push(path);
    } catch {
      // Python names folders that an installation need not have (LIBDIR of a static build).
    }
  }
  return found;
}
