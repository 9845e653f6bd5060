import { statSync } from "node:fs";
import { availableParallelism } from "node:os";
import { walk } from "@modelkeep/scanner/scan/walk";

/** A worker costs some 40 ms to start; below this much work it never pays. */
const WORTH_BYTES = 64 * 2 ** 20;
const WORTH_FILES = 4_000;

/** How many workers pay for these inputs: 0 means none, scan in this thread. */
export function workersFor(inputs: readonly string[], wanted: number | undefined): number {
  if (wanted !== undefined) return wanted <= 1 ? 0 : wanted;
  const cpus = availableParallelism();
  if (cpus < 2) return 0;
  const sizes = inputs.flatMap((input) => sizesBelow(input));
  if (sizes.length < 2) return 0;
  const total = sizes.reduce((sum, size) => sum + size, 0);
  return total >= WORTH_BYTES || sizes.length >= WORTH_FILES ? Math.min(cpus, sizes.length) : 0;
}

/** Sizes of the files that an input names. What cannot be read counts nothing here; the scan itself reports it. */
function sizesBelow(input: string): number[] {
  const stat = statSync(input, { throwIfNoEntry: false });
  if (stat === undefined) return [];
  if (!stat.isDirectory()) return [stat.size];
  const files = walk(input).entries.filter((entry) => entry.kind === "file");
  // Many files are worth workers whatever their sizes, and asking each would cost as much as scanning.
  if (files.length >= WORTH_FILES) return files.map(() => 0);
  return files.map((file) => statSync(file.path, { throwIfNoEntry: false })?.size ?? 0);
}
