import { type Dependency, NOTHING, type Reading, type Source } from "../model.ts";
import {
  itemsAt,
  parseToml,
  tableAt,
  textAt,
  type TomlTable,
  type TomlValue,
  valueAt,
} from "../text/toml.ts";
import { Gathered } from "./declared.ts";
import { sourceOf } from "./source.ts";

type More = Pick<Dependency, "hashes" | "source">;

/** poetry.lock (all versions: hashes stand with the package, or under `metadata.files`). @throws {TomlError} */
export function readPoetryLock(text: string): Reading {
  return readLock(text, "package", (entry, root) => {
    const name = textAt(entry, "name") ?? "";
    const files = [...itemsAt(entry, "files"), ...itemsAt(root, "metadata", "files", name)];
    const source = tableAt(entry, "source");
    const kind = textAt(source, "type");
    const url = textAt(source, "url") ?? "";
    return {
      hashes: hashesOf(files),
      source: kind === undefined || kind === "legacy" ? undefined : sourceIn(kind, url),
    };
  });
}

/** uv.lock. @throws {TomlError} */
export function readUvLock(text: string): Reading {
  return readLock(text, "package", (entry) => {
    const source = tableAt(entry, "source");
    const [kind, value] = [...(source?.entries ?? [])].find(([key]) => key !== "subdirectory") ?? [
      "registry",
    ];
    const url = value?.kind === "string" ? value.value : "";
    const sdist = valueAt(entry, "sdist");
    return {
      hashes: hashesOf([...itemsAt(entry, "wheels"), ...(sdist === undefined ? [] : [sdist])]),
      source: kind === "registry" ? undefined : sourceIn(kind, url),
    };
  });
}

/** pdm.lock. @throws {TomlError} */
export function readPdmLock(text: string): Reading {
  return readLock(text, "package", (entry, root) => {
    const name = textAt(entry, "name") ?? "";
    const key = `${name} ${textAt(entry, "version") ?? ""}`;
    const files = [...itemsAt(entry, "files"), ...itemsAt(root, "metadata", "files", key)];
    const [git, url, path] = ["git", "url", "path"].map((one) => textAt(entry, one));
    const source =
      git !== undefined ? sourceIn("git", git) : url !== undefined ? sourceIn("url", url) : pathSource(path);
    return { hashes: hashesOf(files), source };
  });
}

/** pylock.toml and pylock.NAME.toml (PEP 751). @throws {TomlError} */
export function readPylock(text: string): Reading {
  return readLock(text, "packages", (entry) => {
    const [vcs, archive] = [tableAt(entry, "vcs"), tableAt(entry, "archive")];
    const directory = tableAt(entry, "directory");
    const sdist = valueAt(entry, "sdist");
    const files = [...itemsAt(entry, "wheels"), ...(sdist === undefined ? [] : [sdist])];
    const source =
      vcs !== undefined
        ? sourceIn("git", textAt(vcs, "url") ?? textAt(vcs, "path") ?? "")
        : archive !== undefined
          ? sourceIn("url", textAt(archive, "url") ?? textAt(archive, "path") ?? "")
          : pathSource(directory === undefined ? undefined : (textAt(directory, "path") ?? "."));
    return { hashes: hashesOf(archive === undefined ? files : [archive]), source };
  });
}

function readLock(text: string, key: string, moreOf: (entry: TomlTable, root: TomlTable) => More): Reading {
  const root = parseToml(text);
  const gathered = new Gathered();
  const entries = valueAt(root, key);
  if (entries !== undefined && entries.kind !== "array")
    gathered.problem(`${key} is no list of packages`, entries);
  // A lock of a project without dependencies has none; any other file that is named so is no lock.
  if (entries === undefined && !LOCK_MARKS.some((mark) => root.entries.has(mark)))
    gathered.problem(`there is no [[${key}]]: this is no such lock`, { start: 0, end: 0 });
  for (const entry of itemsAt(root, key)) {
    const name = entry.kind === "table" ? valueAt(entry, "name") : undefined;
    if (entry.kind !== "table" || name?.kind !== "string") {
      gathered.problem("a package has no name", entry);
      continue;
    }
    const version = textAt(entry, "version");
    gathered.locked(name.value, version, { start: name.start, end: name.end }, moreOf(entry, root));
  }
  return {
    ...NOTHING,
    ...{ dependencies: gathered.dependencies, problems: gathered.problems },
    requiresPython: textAt(root, "requires-python") ?? textAt(root, "metadata", "python-versions"),
  };
}

const LOCK_MARKS = ["metadata", "version", "lock-version"];

/** Of files: `hash = "sha256:…"`, or `hashes = { sha256 = … }`. */
function hashesOf(files: readonly TomlValue[]): string[] {
  return files.flatMap((file) => {
    if (file.kind !== "table") return [];
    const one = textAt(file, "hash");
    const several = [...(tableAt(file, "hashes")?.entries ?? [])].flatMap(([algorithm, value]) =>
      value.kind === "string" ? [`${algorithm}:${value.value}`] : [],
    );
    return one === undefined ? several : [one, ...several];
  });
}

/** What a lock holds is resolved: its commits and hashes are written down. */
function sourceIn(kind: string, url: string): Source {
  const known = sourceOf(url);
  if (kind === "git") return { ...known, kind: "vcs", fixed: true };
  if (kind === "url") return { ...known, kind: "url", fixed: true };
  return { ...known, kind: kind === "editable" ? "editable" : "path", fixed: true };
}

function pathSource(path: string | undefined): Source | undefined {
  return path === undefined ? undefined : sourceIn("path", path);
}
