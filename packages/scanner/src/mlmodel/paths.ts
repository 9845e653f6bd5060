/**
 * Why a path in a MLmodel is not one inside the model's folder, or undefined. MLflow joins these paths to the folder
 * with `os.path.join`, on whichever system loads the model: so Windows' spellings count too.
 */
export function pathFault(path: string): string | undefined {
  if (path.includes("\0")) return "has a NUL character";
  if (/^[a-z][a-z0-9+.-]*:/iu.test(path)) return "is a URI or names a drive";
  if (path.startsWith("/") || path.startsWith("\\") || path.startsWith("~")) return "is absolute";
  // MLflow decodes percent-encoding in some places before it opens a file.
  const spellings = [path, decoded(path)];
  if (spellings.some((spelling) => spelling.split(/[/\\]/u).includes("..")))
    return "climbs out of the folder";
  return undefined;
}

function decoded(path: string): string {
  let current = path;
  for (let round = 0; round < 3 && current.includes("%"); round++) {
    current = current.replaceAll(/%([0-9a-f]{2})/giu, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    );
  }
  return current;
}

/** A relative path without empty and `.` steps; empty for the folder itself. */
export function normalised(path: string): string {
  return path
    .split("/")
    .filter((step) => step !== "" && step !== ".")
    .join("/");
}
