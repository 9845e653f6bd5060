import type { Severity } from "../finding.ts";

/** What SARIF calls a severity. */
export const LEVEL: Readonly<Record<Severity, "note" | "warning" | "error">> = {
  info: "note",
  low: "note",
  medium: "warning",
  high: "error",
  critical: "error",
};

/** GitHub's code scanning sorts by this number (CVSS-like). */
export const SECURITY_SEVERITY: Readonly<Record<Severity, string>> = {
  info: "0.0",
  low: "3.0",
  medium: "5.5",
  high: "8.0",
  critical: "9.5",
};

/** A path as a URI reference: relative stays relative, absolute becomes `file://`. */
export function uriOf(path: string): string {
  const slashed = path.replaceAll("\\", "/").toWellFormed();
  const encoded = slashed.split("/").map(encodeURIComponent).join("/");
  return encoded.startsWith("/") ? `file://${encoded}` : encoded;
}

/** `unsafe-load` → `UnsafeLoad`, the form that SARIF asks of a rule's name. */
export function pascalCase(name: string): string {
  return name
    .split("-")
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join("");
}
