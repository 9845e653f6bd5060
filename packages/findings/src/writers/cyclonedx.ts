import { createHash } from "node:crypto";
import type { Finding, Severity } from "../finding.ts";
import type { FileReport } from "../report.ts";
import { documentWriter, type WriterFactory } from "./writer.ts";

const RATING: Readonly<Record<Severity, string>> = {
  info: "info",
  low: "low",
  medium: "medium",
  high: "high",
  critical: "critical",
};

/** CycloneDX 1.6 (an ML bill of materials): each file a component, each finding a vulnerability of it. */
export const writer: WriterFactory = ({ version }) =>
  documentWriter(({ files }) => {
    const document = {
      $schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
      bomFormat: "CycloneDX",
      specVersion: "1.6",
      version: 1,
      metadata: {
        tools: { components: [{ type: "application", name: "modelkeep", version }] },
      },
      components: files.map((file, index) => componentOf(file, index)),
      vulnerabilities: files.flatMap((file, index) =>
        file.findings.map((finding, nth) => vulnerabilityOf(file, index, finding, nth)),
      ),
    };
    return `${JSON.stringify(document, null, 2)}\n`;
  });

function refOf(file: FileReport, index: number): string {
  return `file-${index + 1}-${createHash("sha256").update(file.path).digest("hex").slice(0, 12)}`;
}

function componentOf(file: FileReport, index: number): object {
  return {
    type: "machine-learning-model",
    "bom-ref": refOf(file, index),
    name: file.path,
    ...(file.sha256 === "" ? {} : { hashes: [{ alg: "SHA-256", content: file.sha256 }] }),
    properties: [
      { name: "modelkeep:format", value: file.format },
      { name: "modelkeep:size", value: String(file.size) },
      { name: "modelkeep:verdict", value: file.verdict },
      { name: "modelkeep:admitted", value: String(file.admitted) },
      { name: "modelkeep:explained", value: String(file.coverage.explained) },
    ],
  };
}

function vulnerabilityOf(file: FileReport, index: number, finding: Finding, nth: number): object {
  const cwe = Number(/^CWE-(\d+)$/u.exec(finding.cwe ?? "")?.[1] ?? Number.NaN);
  return {
    "bom-ref": `${refOf(file, index)}-finding-${nth + 1}`,
    id: finding.ruleId,
    source: { name: "modelkeep" },
    ratings: [{ severity: RATING[finding.severity], method: "other" }],
    ...(Number.isNaN(cwe) ? {} : { cwes: [cwe] }),
    description: finding.message,
    ...(finding.evidence === undefined ? {} : { detail: finding.evidence }),
    ...(finding.help === undefined ? {} : { recommendation: finding.help }),
    affects: [{ ref: refOf(file, index) }],
  };
}
