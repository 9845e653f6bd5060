import type { DepsFinding } from "../finding.ts";
import { part, say } from "../messages/said.ts";
import type { FileKind } from "../model.ts";
import { isLock } from "../read/kinds.ts";
import { compareVersions, parseVersion } from "../version/version.ts";
import { type CheckContext, dependenciesOf, findingOf, type Located } from "./context.ts";

/** Files in which a project says what it works with, not what it runs with: a range is what they are for. */
const DECLARING: ReadonlySet<FileKind> = new Set(["pyproject", "setup-cfg", "setup-py", "pipfile"]);

/** Packages whose version the installer chooses, unless a lock beside the file chooses it. */
export function checkPins({ project }: CheckContext): DepsFinding[] {
  const locks = new Set(project.files.filter(({ kind }) => isLock(kind)).map(({ path }) => folderOf(path)));
  const paths = new Set(project.files.map(({ path }) => path));
  const compiled = new Set(
    [...paths].filter((path) => path.endsWith(".in") && paths.has(path.replace(/\.in$/u, ".txt"))),
  );
  const pinned = constrained(
    project.files.flatMap((file) => file.reading.dependencies.map((one) => ({ file, dependency: one }))),
  );
  return dependenciesOf(project).flatMap((located) => {
    const { file, dependency } = located;
    const { version, source, constraint, ecosystem, written, specifier, name } = dependency;
    if (version !== undefined || source !== undefined || constraint || isLock(file.kind)) return [];
    if (ecosystem !== "PyPI" || pinned.has(name)) return [];
    // conda's own installer, which every environment of MLflow names with a bound.
    if (dependency.conda && name === "pip") return [];
    const isDeclared = DECLARING.has(file.kind) || file.path.endsWith(".in");
    if (compiled.has(file.path)) return [];
    if (isDeclared && locks.has(folderOf(file.path))) return [];
    const severity = isDeclared ? "low" : "medium";
    const shown = specifier === "" ? part("anyVersion") : specifier;
    if (dependency.wildcard)
      return [findingOf(located, "MK3007", say("wildcard", written, shown), say("advisePin"), { severity })];
    return [findingOf(located, "MK3006", say("unpinned", written, shown), say("advisePin"), { severity })];
  });
}

/** Names that a constraints file pins. */
function constrained(all: readonly Located[]): ReadonlySet<string> {
  return new Set(
    all.flatMap(({ dependency: { constraint, version, name } }) =>
      constraint && version !== undefined ? name : [],
    ),
  );
}

function folderOf(path: string): string {
  return path.replace(/[^/\\]*$/u, "");
}

/** Pins of one package to different versions, in one file or in files that include each other, under one marker. */
export function checkConflicts({ project }: CheckContext): DepsFinding[] {
  return project.files.flatMap((root) => {
    if (isLock(root.kind)) return [];
    const within = new Set([root.path, ...root.includes]);
    const files = project.files.filter(({ path }) => within.has(path));
    const first = new Map<string, Located>();
    return dependenciesOf({ ...project, files }).flatMap((located) => conflict(located, root.path, first));
  });
}

function conflict(located: Located, root: string, first: Map<string, Located>): DepsFinding[] {
  const { file, dependency } = located;
  const { name, version, marker, ecosystem, written } = dependency;
  if (version === undefined) return [];
  const key = `${ecosystem}:${name}:${marker.replaceAll(/\s|["']/gu, "")}`;
  const known = first.get(key);
  if (known === undefined) {
    first.set(key, located);
    return [];
  }
  const other = known.dependency.version ?? "";
  // A conflict inside of an included file is said when that file itself is looked at.
  const isOwn = file.path === root || known.file.path === root;
  if (!isOwn || isSame(version, other)) return [];
  const where = `${known.file.path}:${known.file.positionOf(known.dependency.at.start).line}`;
  return [
    findingOf(located, "MK3016", say("conflicting", written, version, other, where), say("adviseConflict")),
  ];
}

function isSame(a: string, b: string): boolean {
  const [x, y] = [parseVersion(a), parseVersion(b)];
  return x === undefined || y === undefined ? a === b : compareVersions(x, y) === 0;
}
