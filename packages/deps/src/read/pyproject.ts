import type { IndexOption, Reading } from "../model.ts";
import { NOTHING } from "../model.ts";
import {
  itemsAt,
  parseToml,
  tableAt,
  textAt,
  type TomlTable,
  type TomlValue,
  valueAt,
} from "../text/toml.ts";
import type { Span } from "../text/lines.ts";
import { Gathered } from "./declared.ts";

/**
 * pyproject.toml: PEP 621, dependency groups (PEP 735), the build system, and the tables of poetry, pdm, hatch and uv.
 * @throws {TomlError}
 */
export function readPyproject(text: string): Reading {
  const root = parseToml(text);
  const gathered = new Gathered();
  readLists(root, gathered);
  readPoetry(tableAt(root, "tool", "poetry"), gathered);
  readUvSources(tableAt(root, "tool", "uv", "sources"), gathered);
  return {
    ...NOTHING,
    ...{ dependencies: gathered.dependencies, problems: gathered.problems },
    options: optionsOf(root),
    includes: dynamicFiles(root),
    requiresPython: textAt(root, "project", "requires-python") ?? pythonOfPoetry(root),
    dynamicAt: dynamicAt(root),
  };
}

function readLists(root: TomlTable, gathered: Gathered): void {
  for (const path of LISTS) readStrings(valueAt(root, ...path), gathered);
  for (const path of TABLES_OF_LISTS) {
    for (const list of tableAt(root, ...path)?.entries.values() ?? []) readStrings(list, gathered);
  }
  for (const environment of tableAt(root, "tool", "hatch", "envs")?.entries.values() ?? []) {
    if (environment.kind !== "table") continue;
    readStrings(environment.entries.get("dependencies"), gathered);
    readStrings(environment.entries.get("extra-dependencies"), gathered);
  }
}

const LISTS = [
  ["project", "dependencies"],
  ["build-system", "requires"],
  ["tool", "uv", "dev-dependencies"],
  ["tool", "uv", "constraint-dependencies"],
  ["tool", "uv", "override-dependencies"],
  ["tool", "uv", "build-constraint-dependencies"],
] as const;
const TABLES_OF_LISTS = [
  ["project", "optional-dependencies"],
  ["dependency-groups"],
  ["tool", "pdm", "dev-dependencies"],
] as const;

function readStrings(list: TomlValue | undefined, gathered: Gathered): void {
  if (list === undefined) return;
  if (list.kind !== "array") {
    gathered.problem("a list of requirements is no list", list);
    return;
  }
  for (const item of list.items) {
    if (item.kind === "string") {
      const editable = /^-e\s+(\S+)/u.exec(item.value)?.[1];
      if (editable === undefined) gathered.pep508(item);
      else gathered.direct(editable, editable, undefined, item);
    } else if (!(item.kind === "table" && item.entries.has("include-group")))
      gathered.problem("something in a list of requirements is no text", item);
  }
}

function readPoetry(poetry: TomlTable | undefined, gathered: Gathered): void {
  const groups = [...(tableAt(poetry, "group")?.entries.values() ?? [])];
  const tables = [
    tableAt(poetry, "dependencies"),
    tableAt(poetry, "dev-dependencies"),
    ...groups.map((group) => (group.kind === "table" ? tableAt(group, "dependencies") : undefined)),
  ];
  for (const table of tables) {
    for (const [name, value] of table?.entries ?? []) {
      if (name.toLowerCase() !== "python") readTableDependency(name, value, gathered);
    }
  }
}

/** `name = "^1"`, `name = { version = …, git = …, … }`, or a list of such: poetry and Pipfile. */
export function readTableDependency(name: string, value: TomlValue, gathered: Gathered): void {
  if (value.kind === "string") gathered.ranged(name, value);
  else if (value.kind === "array") {
    for (const one of value.items) if (one.kind !== "array") readTableDependency(name, one, gathered);
  } else if (value.kind === "table") readTable(name, value, gathered);
  else gathered.problem(`${name} has no version that is a text`, value);
}

function readTable(name: string, table: TomlTable, gathered: Gathered): void {
  const version = valueAt(table, "version");
  const git = textAt(table, "git") ?? textAt(table, "hg") ?? textAt(table, "svn");
  const url = textAt(table, "url") ?? textAt(table, "file");
  const path = textAt(table, "path");
  if (git !== undefined) {
    const revision = textAt(table, "rev") ?? textAt(table, "ref") ?? "";
    gathered.direct(name, git, /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/iu.test(revision), table, "vcs");
  } else if (url !== undefined) gathered.direct(name, url, undefined, table);
  else if (path !== undefined || valueAt(table, "workspace") !== undefined)
    gathered.direct(name, path ?? ".", true, table, "path");
  else if (version?.kind === "string") {
    gathered.ranged(name, version, { marker: textAt(table, "markers") ?? "" });
  } else gathered.ranged(name, { value: "*", content: undefined, start: table.start, end: table.end });
}

function readUvSources(sources: TomlTable | undefined, gathered: Gathered): void {
  for (const [name, value] of sources?.entries ?? []) {
    const tables = value.kind === "array" ? value.items : [value];
    for (const table of tables) {
      // One that only names an index comes with its own line of requirements.
      if (table.kind === "table" && !table.entries.has("index")) readTable(name, table, gathered);
    }
  }
}

function pythonOfPoetry(root: TomlTable): string | undefined {
  return textAt(root, "tool", "poetry", "dependencies", "python");
}

function optionsOf(root: TomlTable): IndexOption[] {
  const options: IndexOption[] = [];
  const add = (kind: IndexOption["kind"], value: TomlValue | undefined): void => {
    if (value?.kind === "string")
      options.push({ kind, value: value.value, at: { start: value.start, end: value.end } });
  };
  for (const source of itemsAt(root, "tool", "poetry", "source")) {
    const isAsked =
      source.kind === "table" && ["secondary", "supplemental"].includes(textAt(source, "priority") ?? "");
    if (source.kind === "table") add(isAsked ? "extra-index" : "index", source.entries.get("url"));
  }
  // pdm asks all of them, and PyPI too unless one has its name.
  for (const source of itemsAt(root, "tool", "pdm", "source")) {
    const isMain = source.kind === "table" && textAt(source, "name") === "pypi";
    if (source.kind === "table") add(isMain ? "index" : "extra-index", source.entries.get("url"));
  }
  // uv takes a package from the first index that has it, unless it is told to mix them.
  const mixes = (textAt(root, "tool", "uv", "index-strategy") ?? "").startsWith("unsafe-");
  for (const index of itemsAt(root, "tool", "uv", "index")) {
    if (index.kind !== "table") continue;
    const isBound = ["default", "explicit"].some((key) => otherAt(index, key) === "true");
    add(mixes && !isBound ? "extra-index" : "index", index.entries.get("url"));
  }
  add("index", valueAt(root, "tool", "uv", "index-url"));
  const extra = mixes ? "extra-index" : "index";
  for (const item of itemsAt(root, "tool", "uv", "extra-index-url")) add(extra, item);
  for (const item of itemsAt(root, "tool", "uv", "find-links")) add("find-links", item);
  return options;
}

function otherAt(table: TomlTable, key: string): string | undefined {
  const value = table.entries.get(key);
  return value?.kind === "other" ? value.text : undefined;
}

/** PEP 621's `dynamic = ["dependencies"]`, without one of the places in which tools keep them as text. */
function dynamicAt(root: TomlTable): Span | undefined {
  const entry = itemsAt(root, "project", "dynamic").find(
    (one) => one.kind === "string" && one.value === "dependencies",
  );
  const places = [
    ["tool", "setuptools", "dynamic", "dependencies"],
    ["tool", "poetry", "dependencies"],
    ["tool", "hatch", "metadata", "hooks", "requirements_txt"],
  ];
  if (entry === undefined || places.some((path) => valueAt(root, ...path) !== undefined)) return undefined;
  return { start: entry.start, end: entry.end };
}

function dynamicFiles(root: TomlTable): Reading["includes"] {
  const dynamic = tableAt(root, "tool", "setuptools", "dynamic");
  const optional = [...(tableAt(dynamic, "optional-dependencies")?.entries.values() ?? [])];
  const hook = tableAt(root, "tool", "hatch", "metadata", "hooks", "requirements_txt");
  return [valueAt(dynamic, "dependencies"), ...optional, hook].flatMap((entry) => {
    const file =
      entry?.kind === "table" ? (entry.entries.get("file") ?? entry.entries.get("files")) : undefined;
    const files = file?.kind === "array" ? file.items : file === undefined ? [] : [file];
    return files.flatMap((one) =>
      one.kind === "string"
        ? [{ path: one.value, kind: "requirements" as const, at: { start: one.start, end: one.end } }]
        : [],
    );
  });
}
