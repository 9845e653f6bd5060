import type { Analysis } from "../analysis.ts";
import { problem } from "../problem.ts";
import { type AnalyzePart, type FormatReader, hasMagic } from "../reader.ts";
import { readSkops } from "../skops/reader.ts";
import { isTorchZip, readTorchZip } from "../torch/zip.ts";
import { ZipReading } from "./read-members.ts";

/** Any zip file. What it holds decides who reads it: torch, skops, NumPy's `.npz`, or each member by itself. */
export const zipReader: FormatReader = {
  format: "zip",
  matches: ({ head }) => hasMagic(head, "PK\x03\x04") || hasMagic(head, "PK\x05\x06"),
  read(source, ctx, nested) {
    const reading = new ZipReading(source, ctx);
    const names = new Set(reading.archive.members.map((member) => member.name));
    const torch = isTorchZip(names);
    const skops = names.has("schema.json");
    if (torch && skops) {
      reading.facts.push(problem(ctx, "ambiguous", "both torch and skops would load this file", 0));
      return readMembers(reading, "zip", nested);
    }
    if (torch) return readTorchZip(reading, nested);
    if (skops) return readSkops(reading, nested);
    return readMembers(reading, isNpz(names) ? "npz" : "zip", nested);
  },
};

function isNpz(names: ReadonlySet<string>): boolean {
  return names.size > 0 && [...names].every((name) => name.endsWith(".npy"));
}

/** Every member by its own content. */
export function readMembers(reading: ZipReading, format: string, nested: AnalyzePart): Analysis {
  for (const member of reading.archive.members) {
    if (member.directory) continue;
    reading.analyze(member, nested);
  }
  return reading.finish(format);
}
