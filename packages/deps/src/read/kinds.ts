import { basename, dirname } from "node:path";
import type { FileKind } from "../model.ts";

const NAMES: ReadonlyMap<string, FileKind> = new Map([
  ["pyproject.toml", "pyproject"],
  ["pipfile", "pipfile"],
  ["pipfile.lock", "pipfile-lock"],
  ["poetry.lock", "poetry-lock"],
  ["uv.lock", "uv-lock"],
  ["pdm.lock", "pdm-lock"],
  ["setup.cfg", "setup-cfg"],
  ["setup.py", "setup-py"],
  ["mlmodel", "mlmodel"],
  ["python_env.yaml", "python-env"],
  ["python_env.yml", "python-env"],
  ["package-lock.json", "npm-lock"],
  ["npm-shrinkwrap.json", "npm-lock"],
  ["yarn.lock", "yarn-lock"],
  ["pnpm-lock.yaml", "pnpm-lock"],
]);
const PATTERNS: readonly (readonly [pattern: RegExp, kind: FileKind])[] = [
  [/^pylock(?:\.[^.]+)?\.toml$/u, "pylock"],
  [/^(?:.*[-_.])?python[-_]env(?:[-_.].*)?\.ya?ml$/u, "python-env"],
  [/^(?:.*[-_.])?(?:conda|environment|env)(?:[-_.].*)?\.ya?ml$/u, "conda"],
  [/^(?:.*[-_.])?constraints?(?:[-_.].*)?\.(?:txt|in|pip)$/u, "constraints"],
  [/^(?:.*[-_.])?(?:requirements?|reqs?)(?:[-_.\d].*)?\.(?:txt|in|pip)$/u, "requirements"],
  [/^requirements?$/u, "requirements"],
];

/** The kind of a file by its name, as the tools that write them name them; undefined for all others. */
export function kindOf(path: string): FileKind | undefined {
  const name = basename(path).toLowerCase();
  const known = NAMES.get(name) ?? PATTERNS.find(([pattern]) => pattern.test(name))?.[1];
  if (known !== undefined) return known;
  const inFolder = /^(?:requirements|reqs)$/u.test(basename(dirname(path)).toLowerCase());
  if (!inFolder || !/\.(?:txt|in|pip)$/u.test(name)) return undefined;
  return name.includes("constraint") ? "constraints" : "requirements";
}

/** For a file that a person named: by its name, else by its ending and its content. */
export function kindOfNamed(path: string, text: string): FileKind | undefined {
  const known = kindOf(path);
  if (known !== undefined) return known;
  const name = basename(path).toLowerCase();
  if (/\.(?:txt|in|pip|reqs?)$/u.test(name)) return "requirements";
  if (/\.ya?ml$/u.test(name)) return /^(?:channels|dependencies)\s*:/mu.test(text) ? "conda" : undefined;
  if (name.endsWith(".toml")) return "pyproject";
  if (name.endsWith(".json") && /"lockfileVersion"/u.test(text)) return "npm-lock";
  return undefined;
}

/** Made by a tool from another file: every version is chosen, and none is changed by hand. */
const LOCKS: ReadonlySet<FileKind> = new Set([
  "pipfile-lock",
  "poetry-lock",
  "uv-lock",
  "pdm-lock",
  "pylock",
  "npm-lock",
  "yarn-lock",
  "pnpm-lock",
]);

export function isLock(kind: FileKind): boolean {
  return LOCKS.has(kind);
}
