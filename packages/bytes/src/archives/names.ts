/** Code points that change how a name looks or where it leads: controls, line separators, bidi and invisible marks. */
const DECEPTIVE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}]/u;
/** Deeper than any model, and it bounds the work that one long hostile name causes. */
const MAX_SEGMENTS = 64;
const DRIVE = /^[A-Za-z]:/;

/**
 * Why a member's name is refused, or undefined if it is plain: relative, forward slashes, no `.`/`..`/empty
 * segments. A directory's name may end in one slash.
 */
export function nameFault(name: string): string | undefined {
  if (name === "") return "is empty";
  if (name.includes("\0")) return "contains a NUL, where some readers stop";
  if (name.includes("\\")) return "contains a backslash, which some readers take for a slash";
  if (name.startsWith("/") || DRIVE.test(name)) return "is absolute";
  if (DECEPTIVE.test(name)) return "contains control or invisible characters";
  if (name.split("/", MAX_SEGMENTS + 1).length > MAX_SEGMENTS) return "nests too deep";
  const segments = name.replace(/\/$/, "").split("/");
  if (segments.some((segment) => segment === "..")) return "leads out of the archive";
  if (segments.some((segment) => segment === "" || segment === ".")) return "is not in normal form";
  return undefined;
}

/**
 * Names with the same key are the same file to some reader: on file systems that fold case or normalise Unicode,
 * and to miniz (torch), which folds ASCII case when it looks a member up.
 */
export function nameKey(name: string): string {
  return name.replace(/\/$/, "").normalize("NFKC").toLowerCase().normalize("NFKC");
}

/** Pairs of names that collide, as messages: duplicates, and a file that is also the folder of another. */
export function collisions(
  names: readonly { readonly name: string; readonly directory: boolean }[],
): string[] {
  const files = new Map<string, string>();
  const faults: string[] = [];
  for (const { name } of names) {
    const key = nameKey(name);
    const other = files.get(key);
    if (other === undefined) files.set(key, name);
    else faults.push(`${quote(name)} and ${quote(other)} are the same name to some readers`);
  }
  const plain = new Set(names.filter((entry) => !entry.directory).map((entry) => nameKey(entry.name)));
  for (const { name } of names) {
    const parent = parents(nameKey(name)).find((candidate) => plain.has(candidate));
    if (parent !== undefined) faults.push(`${quote(parent)} is a file and the folder of ${quote(name)}`);
  }
  return faults;
}

function parents(key: string): string[] {
  const found: string[] = [];
  let slash = key.indexOf("/");
  while (slash >= 0 && found.length <= MAX_SEGMENTS) {
    found.push(key.slice(0, slash));
    slash = key.indexOf("/", slash + 1);
  }
  return found;
}

/** A hostile name for a message: bounded, escapes visible. */
export function quote(name: string): string {
  const text = JSON.stringify(name.length > 80 ? `${name.slice(0, 80)}…` : name);
  return text.replace(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}]/gu,
    (char) => `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`,
  );
}
