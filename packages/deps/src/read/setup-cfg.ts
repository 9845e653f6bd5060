import { NOTHING, type Reading } from "../model.ts";
import { Gathered } from "./declared.ts";

interface Entry {
  readonly section: string;
  readonly key: string;
  /** The value's lines with their offsets. */
  readonly lines: { readonly text: string; readonly offset: number }[];
}

const LISTS: ReadonlySet<string> = new Set(["install_requires", "setup_requires", "tests_require"]);

/** setup.cfg of setuptools: `[options]` and `[options.extras_require]`; `file:` names requirement files. */
export function readSetupCfg(text: string): Reading {
  const gathered = new Gathered();
  const includes: Reading["includes"][number][] = [];
  let requiresPython: string | undefined;
  for (const { section, key, lines } of entriesOf(text)) {
    if (section === "options" && key === "python_requires")
      requiresPython = lines.map((line) => line.text).join("");
    if (section !== "options.extras_require" && !(section === "options" && LISTS.has(key))) continue;
    for (const { text: line, offset } of lines) {
      const at = { start: offset, end: offset + line.length };
      if (line.startsWith("file:")) {
        const paths = line.slice("file:".length).split(",");
        includes.push(...paths.map((path) => ({ path: path.trim(), kind: "requirements" as const, at })));
      } else gathered.pep508({ value: line, content: offset, ...at });
    }
  }
  return {
    ...NOTHING,
    dependencies: gathered.dependencies,
    problems: gathered.problems,
    includes,
    requiresPython,
  };
}

/** Sections, keys and values as Python's configparser reads them: deeper lines go on with the value. */
function entriesOf(text: string): Entry[] {
  const entries: Entry[] = [];
  let section = "";
  let offset = 0;
  for (const raw of text.split("\n")) {
    const start = offset;
    offset += raw.length + 1;
    const line = raw.trimEnd();
    const bare = line.trimStart();
    if (bare === "" || /^[#;]/u.test(bare)) continue;
    const indent = line.length - bare.length;
    const last = entries.at(-1);
    if (indent > 0 && last !== undefined) {
      push(last, bare, start + indent);
      continue;
    }
    const header = /^\[([^\]]*)\]/u.exec(bare)?.[1];
    const pair = /^([^=:]+?)\s*[=:]\s*(.*)$/u.exec(bare.slice(0, 4_000));
    if (header !== undefined) section = header.trim().toLowerCase();
    else if (pair !== null) {
      const entry: Entry = { section, key: (pair[1] ?? "").toLowerCase().replaceAll("-", "_"), lines: [] };
      entries.push(entry);
      push(entry, pair[2] ?? "", start + bare.length - (pair[2] ?? "").length);
    }
  }
  return entries;
}

/** A value on one line may hold several, separated by semicolons, except in markers: setuptools splits at lines first. */
function push(entry: Entry, text: string, offset: number): void {
  const plain = text.replace(/\s#.*$/u, "").trimEnd();
  if (plain !== "") entry.lines.push({ text: plain, offset });
}
