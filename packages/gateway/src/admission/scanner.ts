import { hash } from "node:crypto";
import type { FileReport, ModelReport } from "@modelkeep/findings";
import { scannerGeneration } from "@modelkeep/scanner/generation";

/** What admission needs of the scan service: the `ScanService` of `@modelkeep/scanner` is one. */
export interface Scanner {
  readonly policy: unknown;
  scanFile(path: string, options?: { name?: string }): Promise<FileReport>;
  scanModel(folder: string, options?: { name?: string }): Promise<ModelReport>;
}

/** Names the policy that a verdict was made under: hexadecimal, changes when the policy or the scanner does. */
export function policyId(scanner: Scanner): string {
  const text = JSON.stringify([scannerGeneration(), scanner.policy], (_, value: unknown) =>
    value instanceof Set ? [...value].map(String).sort((a, b) => (a < b ? -1 : 1)) : value,
  );
  return hash("sha256", text);
}
