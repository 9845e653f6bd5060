/** A package's name as PyPI compares it (PEP 503): lower case, runs of `-`, `_` and `.` as one `-`. */
export function canonicalName(name: string): string {
  return name.toLowerCase().replaceAll(/[-_.]+/gu, "-");
}
