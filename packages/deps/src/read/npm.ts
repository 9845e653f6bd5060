import { type Dependency, dependency, NOTHING, type Problem, type Reading, type Source } from "../model.ts";
import { JsonKeys, type JsonRecord, parseJsonRecord, recordOf, textOf } from "../text/json.ts";
import type { Span } from "../text/lines.ts";
import { sourceOf } from "./source.ts";

const MAX_ENTRIES = 200_000;

/** package-lock.json and npm-shrinkwrap.json, lockfileVersion 1 to 3. @throws {SyntaxError} */
export function readNpmLock(text: string): Reading {
  const root = parseJsonRecord(text);
  const keys = new JsonKeys(text);
  const packages = recordOf(root["packages"]);
  if (packages !== undefined) return readPackages(packages, keys);
  const tree = recordOf(root["dependencies"]);
  if (tree !== undefined) return readTree(tree, keys);
  const isEmpty = root["lockfileVersion"] !== undefined;
  const problem = {
    message: "there is neither packages nor dependencies: this is no lock of npm",
    at: { start: 0, end: 0 },
  };
  return isEmpty ? NOTHING : { ...NOTHING, problems: [problem] };
}

function readPackages(packages: JsonRecord, keys: JsonKeys): Reading {
  const dependencies: Dependency[] = [];
  const problems: Problem[] = [];
  keys.find("packages");
  for (const [path, value] of Object.entries(packages)) {
    const at = keys.find(path);
    const entry = recordOf(value);
    const folder = path.lastIndexOf("node_modules/");
    // The project itself, its workspaces and the links to them are its own code.
    if (folder < 0 || entry?.["link"] === true) continue;
    const name = textOf(entry?.["name"]) ?? path.slice(folder + "node_modules/".length);
    if (entry === undefined) problems.push({ message: `${name} is no package of a lock`, at });
    else dependencies.push(npmPackage(name, entry, at));
  }
  return { ...NOTHING, dependencies, problems };
}

/** Version 1 nests; the stack is our own. */
function readTree(tree: JsonRecord, keys: JsonKeys): Reading {
  const dependencies: Dependency[] = [];
  const problems: Problem[] = [];
  const left = Object.entries(tree).reverse();
  for (let next = left.pop(); next !== undefined && dependencies.length < MAX_ENTRIES; next = left.pop()) {
    const [name, value] = next;
    const at = keys.find(name);
    const entry = recordOf(value);
    if (entry === undefined) {
      problems.push({ message: `${name} is no package of a lock`, at });
      continue;
    }
    dependencies.push(npmPackage(name, entry, at));
    left.push(...Object.entries(recordOf(entry["dependencies"]) ?? {}).reverse());
  }
  return { ...NOTHING, dependencies, problems };
}

function npmPackage(name: string, entry: JsonRecord, at: Span): Dependency {
  const written = textOf(entry["version"]);
  const alias = /^npm:((?:@[^/@]+\/)?[^/@]+)@(.+)$/u.exec(written ?? "");
  const isVersion = written !== undefined && /^\d/u.test(written);
  const version = alias?.[2] ?? (isVersion ? written : undefined);
  const resolved = textOf(entry["resolved"]) ?? (isVersion || alias !== null ? "" : (written ?? ""));
  const integrity = textOf(entry["integrity"]);
  return dependency({
    ...{ ecosystem: "npm", name: alias?.[1] ?? name, written: name, at, version },
    specifier: version === undefined ? "" : `==${version}`,
    hashes: integrity === undefined ? [] : [integrity],
    source: npmSource(resolved),
  });
}

/** Only what comes from version control or a path is no package of the registry. */
function npmSource(resolved: string): Source | undefined {
  if (/^(?:git|github:|file:)/u.test(resolved)) {
    const isPath = resolved.startsWith("file:");
    return {
      ...sourceOf(resolved),
      kind: isPath ? "path" : "vcs",
      fixed: isPath || /#[0-9a-f]{40}$/u.test(resolved),
    };
  }
  return undefined;
}

/** yarn.lock, of yarn 1 and of later ones. */
export function readYarnLock(text: string): Reading {
  const dependencies: Dependency[] = [];
  let head: { name: string; at: Span } | undefined;
  for (const { line, offset } of linesOf(text)) {
    if (/^[^\s#]/u.test(line)) {
      const name = /^"?((?:@[^/"]+\/)?[^@"/\s]+)@/u.exec(line)?.[1];
      head = name === undefined ? undefined : { name, at: { start: offset, end: offset + line.length } };
      continue;
    }
    const version = /^ {2}version:? "?([^"\s]+)"?$/u.exec(line.trimEnd())?.[1];
    // Later yarns list the project itself under 0.0.0-use.local.
    if (head === undefined || version === undefined || version === "0.0.0-use.local") continue;
    const { name, at } = head;
    dependencies.push(
      dependency({ ecosystem: "npm", name, written: name, at, version, specifier: `==${version}` }),
    );
  }
  return { ...NOTHING, dependencies };
}

/** pnpm-lock.yaml: the keys under `packages`, in the spellings of versions 5 to 9. */
export function readPnpmLock(text: string): Reading {
  const dependencies: Dependency[] = [];
  let isInside = false;
  for (const { line, offset } of linesOf(text)) {
    if (/^\S/u.test(line)) isInside = line.startsWith("packages:");
    const key = isInside ? /^ {2}['"]?\/?((?:@[^/]+\/)?[^@/'"\s(]+)[@/](\d[^('":_\s]*)/u.exec(line) : null;
    const [, name, version] = key ?? [];
    if (name === undefined || version === undefined) continue;
    const at = { start: offset + 2, end: offset + line.trimEnd().length };
    dependencies.push(
      dependency({ ecosystem: "npm", name, written: name, at, version, specifier: `==${version}` }),
    );
  }
  return { ...NOTHING, dependencies };
}

function* linesOf(text: string): Generator<{ line: string; offset: number }> {
  for (let offset = 0; offset < text.length; ) {
    const found = text.indexOf("\n", offset);
    const end = found < 0 ? text.length : found;
    // No line of a lock that says a name or a version is longer.
    yield { line: text.slice(offset, Math.min(end, offset + 2_000)).replace(/\r$/u, ""), offset };
    offset = end + 1;
  }
}
