import { createHash } from "node:crypto";
import type { Finding } from "../finding.ts";
import type { FileReport } from "../report.ts";
import type { Rule } from "../rule.ts";
import { LEVEL, pascalCase, SECURITY_SEVERITY, uriOf } from "./sarif-words.ts";
import { documentWriter, whereOf, type WriterContext, type WriterFactory } from "./writer.ts";

/** SARIF 2.1.0 (OASIS), in the form that GitHub code scanning takes. */
export const writer: WriterFactory = (context) =>
  documentWriter(({ files }) => {
    const results = files.flatMap((file) => file.findings.map((finding) => resultOf(file, finding, context)));
    const document = {
      $schema: "https://json.schemastore.org/sarif-2.1.0.json",
      version: "2.1.0",
      runs: [
        {
          tool: { driver: driver(context) },
          automationDetails: { id: "modelkeep-scan/" },
          columnKind: "utf16CodeUnits",
          artifacts: files.map((file) => artifactOf(file)),
          results,
        },
      ],
    };
    return `${JSON.stringify(document, null, 2)}\n`;
  });

function driver({ version, rules }: WriterContext): object {
  return {
    name: "modelkeep",
    semanticVersion: version,
    rules: rules.map((rule) => ruleOf(rule)),
  };
}

function ruleOf(rule: Rule): object {
  return {
    id: rule.id,
    name: pascalCase(rule.name),
    shortDescription: { text: rule.title },
    fullDescription: { text: rule.title },
    help: { text: `${rule.advice} See docs/rules/${rule.id}.md`, markdown: rule.advice },
    defaultConfiguration: { level: LEVEL[rule.severity] },
    properties: {
      tags: ["security", `external/cwe/${rule.cwe.toLowerCase()}`],
      precision: "very-high",
      "security-severity": SECURITY_SEVERITY[rule.severity],
    },
  };
}

function artifactOf(file: FileReport): object {
  return {
    location: { uri: uriOf(file.path) },
    length: file.size,
    ...(file.sha256 === "" ? {} : { hashes: { "sha-256": file.sha256 } }),
  };
}

function resultOf(file: FileReport, finding: Finding, { rules, messages }: WriterContext): object {
  const where = whereOf(finding, messages);
  const { offset } = finding.location;
  const evidence = finding.evidence === undefined ? "" : `: ${finding.evidence}`;
  return {
    ruleId: finding.ruleId,
    ruleIndex: rules.findIndex((rule) => rule.id === finding.ruleId),
    level: LEVEL[finding.severity],
    message: { text: `${finding.message}${evidence}${where === "" ? "" : ` (${where})`}` },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: uriOf(file.path) },
          // Binary files have no lines, yet GitHub wants one; the byte offset stands beside it.
          region: {
            startLine: finding.location.line ?? 1,
            ...(offset === undefined ? {} : { byteOffset: offset }),
          },
        },
      },
    ],
    partialFingerprints: { modelkeepFinding: fingerprint(file, finding) },
    properties: { verdict: file.verdict, admitted: file.admitted },
  };
}

/** Stable while the finding is the same, wherever the bytes moved. */
function fingerprint(file: FileReport, finding: Finding): string {
  const parts = [finding.ruleId, file.path, finding.location.part ?? "", finding.evidence ?? finding.message];
  return createHash("sha256").update(parts.join("\0")).digest("hex").slice(0, 32);
}
