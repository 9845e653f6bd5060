import type { Rule } from "@modelkeep/findings";

export const rule = {
  id: "MK1406",
  name: "reader-mismatch",
  title: "A file is not what the model's flavor would read it as.",
  severity: "high",
  verdict: "unanalyzable",
  cwe: "CWE-436",
  advice: "Do not load it: the reader that MLflow would use is not the one that explained the file.",
} as const satisfies Rule;
