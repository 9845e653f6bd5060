import { posix } from "node:path";
import type { FileReport } from "@modelkeep/findings";
import { isAdmitted, type Policy } from "../policy.ts";
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

function isOnlyUnknown({ format, findings }: FileReport): boolean {
  return format === "unknown" && findings.every(({ ruleId }) => ruleId === unknownFormat.id);
}

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
