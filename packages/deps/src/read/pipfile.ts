import { type IndexOption, NOTHING, type Reading } from "../model.ts";
import { JsonKeys, parseJsonRecord, recordOf, textOf, textsOf } from "../text/json.ts";
import { itemsAt, parseToml, textAt, valueAt } from "../text/toml.ts";
import { Gathered } from "./declared.ts";
import { readTableDependency } from "./pyproject.ts";
import { sourceOf } from "./source.ts";

/** Tables of a Pipfile that are no category of packages. */
const OTHERS: ReadonlySet<string> = new Set(["source", "requires", "scripts", "pipenv", "pipfile"]);

/** Pipfile: `packages`, `dev-packages` and further categories. @throws {TomlError} */
export function readPipfile(text: string): Reading {
  const root = parseToml(text);
  const gathered = new Gathered();
  for (const [category, table] of root.entries) {
    if (OTHERS.has(category) || table.kind !== "table") continue;
    for (const [name, value] of table.entries) readTableDependency(name, value, gathered);
  }
  const options = itemsAt(root, "source").flatMap((source, at): IndexOption[] => {
    const url = source.kind === "table" ? valueAt(source, "url") : undefined;
    if (url?.kind !== "string") return [];
    return [
      { kind: at === 0 ? "index" : "extra-index", value: url.value, at: { start: url.start, end: url.end } },
    ];
  });
  const python = textAt(root, "requires", "python_version");
  return {
    ...NOTHING,
    ...{ dependencies: gathered.dependencies, problems: gathered.problems, options },
    requiresPython: python === undefined ? undefined : `==${python}.*`,
  };
}

/** Pipfile.lock. @throws {SyntaxError} */
export function readPipfileLock(text: string): Reading {
  const root = parseJsonRecord(text);
  const keys = new JsonKeys(text);
  const gathered = new Gathered();
  for (const [category, packages] of Object.entries(root)) {
    if (category === "_meta") continue;
    keys.find(category);
    for (const [name, value] of Object.entries(recordOf(packages) ?? {})) {
      const at = keys.find(name);
      const entry = recordOf(value);
      const version = textOf(entry?.["version"])?.replace(/^={2,3}/u, "");
      const url = ["git", "file", "path"].map((key) => textOf(entry?.[key])).find((one) => one !== undefined);
      const kind = textOf(entry?.["git"]) === undefined ? undefined : ("vcs" as const);
      if (entry === undefined) gathered.problem(`${name} is no package of a lock`, at);
      else
        gathered.locked(name, version, at, {
          hashes: textsOf(entry["hashes"]),
          marker: textOf(entry["markers"]) ?? "",
          source: url === undefined ? undefined : { ...sourceOf(url), fixed: true, ...(kind && { kind }) },
        });
    }
  }
  return { ...NOTHING, dependencies: gathered.dependencies, problems: gathered.problems };
}
