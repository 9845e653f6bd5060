import type { Rule } from "@modelkeep/findings";

export const rule = {
  id: "MK1310",
  name: "changed-while-read",
  title: "The file changed while it was being scanned.",
  severity: "high",
  verdict: "unanalyzable",
  cwe: "CWE-367",
  advice: "Scan a copy that nobody writes to.",
} as const satisfies Rule;
