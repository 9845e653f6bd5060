import { posix } from "node:path";
import type { FileReport, Finding } from "@modelkeep/findings";
import { isAdmitted, type Policy } from "../policy.ts";
import { rule as notListed } from "../rules/mk1201.ts";
import { rule as ambiguous } from "../rules/mk1303.ts";
import { rule as unknownFormat } from "../rules/mk1308.ts";
import type { Entry } from "../scan/walk.ts";
import type { MemberReport } from "../scan/scan-file.ts";

/**
 * The reports of a folder's files, where those that tensors of an ONNX model tile to the last byte are explained by it.
 * Only a file that no reader knows is; what a reader made of another stays what it is.
 * @param files reports in the order of the entries
 */
export function withExternalData(
  entries: readonly Entry[],
  files: readonly MemberReport[],
  policy: Policy,
): FileReport[] {
  const tiled = new Map<string, string>();
  for (const [index, { tiles = [] }] of files.entries()) {
    const folder = posix.dirname(entries[index]?.relative ?? "");
    for (const { path, sha256 } of tiles) tiled.set(posix.join(folder, path), sha256);
  }
  return files.map((file, index) => {
    const { tiles: _, ...report } = file;
    const entry = entries[index];
    const isTiled = entry?.kind === "file" && tiled.get(entry.relative) === report.sha256;
    return isTiled && isOnlyUnknown(report) ? explained(report, policy) : report;
  });
}

/**
 * Whether all that is said of a file is that no reader knows it. One in a hundred files of numbers begins with a byte
 * that is an opcode of pickle and needs more than there is: a text of a length beyond all (`ambiguous`), or an entry of the
 * extension registry, which is empty, so that Python fails at that byte.
 */
export function isOnlyUnknown({ format, verdict, findings }: FileReport): boolean {
  return format === "unknown" && verdict === "unanalyzable" && findings.every(isOfNumbers);
}

function isOfNumbers({ ruleId, evidence }: Finding): boolean {
  if (ruleId === unknownFormat.id || ruleId === ambiguous.id) return true;
  return ruleId === notListed.id && EXTENSION.test(evidence ?? "");
}

const EXTENSION = /^copyreg\._inverted_registry\(-?\d+\)$/u;

function explained(report: FileReport, policy: Policy): FileReport {
  return {
    ...report,
    format: "onnx-external-data",
    verdict: "inert",
    admitted: isAdmitted("inert", policy),
    coverage: { bytes: report.size, explained: report.size },
    findings: [],
  };
}
