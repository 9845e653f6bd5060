import type { FileReport, Finding } from "@modelkeep/findings";

/** MLflow takes a file of this name for a model's description, whatever is in it. */
const DESCRIPTION = "MLmodel";

const NOT_READ: Finding = {
  ruleId: "MK1302",
  severity: "high",
  message:
    "MLflow reads a file of this name as the description of a model, and this one is not written as MLflow writes them, so what it would load is not known",
  location: { offset: 0 },
  cwe: "CWE-436",
};

/**
 * Verdicts belong to bytes, but a name can choose the reader: a `MLmodel` that was not judged as one (a spelling of
 * YAML that hides its keys, taken for a text) was not judged.
 * @param name of the file, without folders
 */
export function judgedAsNamed(report: FileReport, name: string): FileReport {
  if (name !== DESCRIPTION || report.format === "mlmodel" || !report.admitted)
    return { ...report, path: name };
  return {
    ...report,
    path: name,
    verdict: "unanalyzable",
    admitted: false,
    findings: [...report.findings, NOT_READ],
  };
}
