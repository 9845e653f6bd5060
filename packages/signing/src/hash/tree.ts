import type { HashAlgorithm, Resource } from "../manifest/manifest.ts";
import { comparePaths } from "../manifest/names.ts";
import { hasherFor } from "./hasher.ts";

interface Folder {
  readonly folders: Map<string, Folder>;
  readonly files: Map<string, string>;
}

/**
 * The one digest of 0.1's and 0.2's `set_serialize_by_file_to_digest`: of each folder over its entries, by name.
 * @param resources of the files; only a single file may be called `.`
 * @param merge hashes the folders
 * @see model_signing/serialization/serialize_by_file.py of 0.2.0, `_FileDigestTree`
 */
export function treeDigest(resources: readonly Resource[], merge: HashAlgorithm): Resource {
  const [first] = resources;
  if (resources.length === 1 && first?.path === ".") return first;
  const root: Folder = { folders: new Map(), files: new Map() };
  for (const resource of resources) insert(root, resource);
  return { path: ".", algorithm: merge, digest: folderDigest(root, merge) };
}

function insert(root: Folder, { path, digest }: Resource): void {
  const parts = path.split("/");
  const name = parts.pop() ?? "";
  let folder = root;
  for (const part of parts) {
    const inner = folder.folders.get(part) ?? { folders: new Map(), files: new Map() };
    folder.folders.set(part, inner);
    folder = inner;
  }
  folder.files.set(name, digest);
}

/** Recursion is as deep as the folder, which the walk bounds. */
function folderDigest({ folders, files }: Folder, merge: HashAlgorithm): string {
  const hasher = hasherFor(merge);
  for (const name of [...folders.keys(), ...files.keys()].toSorted(comparePaths)) {
    const folder = folders.get(name);
    const digest = folder === undefined ? files.get(name) : folderDigest(folder, merge);
    hasher.update(
      Buffer.from(`${folder === undefined ? "file" : "dir"}.${Buffer.from(name).toString("base64")}.`),
    );
    hasher.update(Buffer.from(digest ?? "", "hex"));
  }
  return hasher.digest();
}
