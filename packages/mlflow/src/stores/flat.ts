import type { Allowance } from "../artifacts/limits.ts";
import { checkName } from "../artifacts/names.ts";
import { MlflowError } from "../error.ts";

/** One object of a store whose listing knows no folders. */
export interface ListedObject {
  readonly key: string;
  readonly size: number;
  readonly etag: string;
}

/**
 * Object keys below a prefix as paths within it. Markers of folders (`folder/`, empty) are left out, as MLflow does.
 * @param prefix ends with `/`, or is empty
 * @throws {MlflowError} `limit` for names that no file may have, `malformed` for keys that were not asked for
 */
export async function relativeObjects(
  objects: AsyncIterable<ListedObject>,
  prefix: string,
  allowance: Allowance,
): Promise<(ListedObject & { readonly path: string })[]> {
  const found: (ListedObject & { readonly path: string })[] = [];
  for await (const object of objects) {
    if (!object.key.startsWith(prefix))
      throw new MlflowError("malformed", `the store lists ${object.key}, which is not below ${prefix}`);
    const path = object.key.slice(prefix.length);
    // Counted although left out: a listing of nothing but markers must end as well.
    allowance.file(path);
    if (object.size === 0 && (path === "" || path.endsWith("/"))) continue;
    const names = path.split("/");
    allowance.depth(names.length - 1, path);
    names.forEach((name, index) => checkName(name, names.slice(0, index).join("/")));
    found.push({ ...object, path });
  }
  return found;
}

/**
 * The object of exactly this key, undefined when there is none. A listing by prefix is in order, so it comes first.
 * @throws {MlflowError} `limit`
 */
export async function exactObject(
  objects: AsyncIterable<ListedObject>,
  key: string,
  allowance: Allowance,
): Promise<ListedObject | undefined> {
  for await (const object of objects) {
    if (object.key !== key) return undefined;
    allowance.file(key);
    return object;
  }
  return undefined;
}

export function asPrefix(path: string): string {
  return path === "" || path.endsWith("/") ? path : `${path}/`;
}

/** The last name of a key. */
export function baseName(key: string): string {
  return key.slice(key.lastIndexOf("/") + 1);
}
