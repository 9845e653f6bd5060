import { type Manifest, type Resource, resourceName } from "./manifest.ts";
import { comparePaths } from "./names.ts";

/** How a model differs from its signature. Paths are relative to the model's folder. */
export type Difference =
  /** signed, but not there */
  | { readonly kind: "missing"; readonly path: string }
  /** there, but not signed */
  | { readonly kind: "extra"; readonly path: string }
  /** the content is another one */
  | { readonly kind: "changed"; readonly path: string }
  /** the signed content lies under a name that is not signed; that name is `extra` as well */
  | { readonly kind: "renamed"; readonly path: string; readonly to: string }
  /** the content is that of another signed file */
  | { readonly kind: "swapped"; readonly path: string; readonly with: string };

/**
 * Compares what was signed with what is there. Both must be hashed by the same method.
 * @returns nothing when they are equal; else all differences, by path
 */
export function compareManifests(signed: Manifest, actual: Manifest): readonly Difference[] {
  if (areEqual(signed, actual)) return [];
  const expected = contents(signed.resources);
  const found = contents(actual.resources);
  const owners = new Map([...expected].map(([path, content]) => [content, path]));
  const strangers = new Map(
    [...found].filter(([path]) => !expected.has(path)).map(([path, content]) => [content, path]),
  );
  const differences: Difference[] = [];
  for (const [path, content] of expected) {
    const now = found.get(path);
    if (now === undefined) differences.push(missing(path, strangers.get(content)));
    else if (now !== content) differences.push(changed(path, owners.get(now)));
  }
  for (const path of [...found.keys(), ...(actual.uncovered ?? [])]) {
    if (!expected.has(path)) differences.push({ kind: "extra", path });
  }
  return differences.toSorted((a, b) => comparePaths(a.path, b.path));
}

/** The usual answer, found without building texts. */
function areEqual(signed: Manifest, actual: Manifest): boolean {
  if (signed.resources.length !== actual.resources.length || (actual.uncovered ?? []).length > 0)
    return false;
  const found = new Map(actual.resources.map((resource) => [resourceName(resource), resource]));
  return signed.resources.every((resource) => {
    const other = found.get(resourceName(resource));
    return other?.digest === resource.digest && other.algorithm === resource.algorithm;
  });
}

function missing(path: string, to: string | undefined): Difference {
  return to === undefined ? { kind: "missing", path } : { kind: "renamed", path, to };
}

function changed(path: string, owner: string | undefined): Difference {
  return owner === undefined ? { kind: "changed", path } : { kind: "swapped", path, with: owner };
}

/** What each file holds, as one text: its digest, or those of its shards with their bounds, in order. */
function contents(resources: readonly Resource[]): Map<string, string> {
  const all = new Map<string, string>();
  for (const resource of resources.toSorted((a, b) => (a.shard?.start ?? 0) - (b.shard?.start ?? 0))) {
    const { path, algorithm, digest, shard } = resource;
    const part =
      shard === undefined ? `${algorithm}:${digest}` : `${algorithm}:${shard.start}-${shard.end}:${digest}`;
    const before = all.get(path);
    all.set(path, before === undefined ? part : `${before} ${part}`);
  }
  return all;
}
