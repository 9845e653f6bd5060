import type { Rule } from "@modelkeep/findings";

export const rule = {
  id: "MK1304",
  name: "encrypted",
  title: "A part is encrypted, so it cannot be explained.",
  severity: "medium",
  verdict: "unanalyzable",
  cwe: "CWE-311",
  advice: "Decrypt it and scan what comes out.",
} as const satisfies Rule;
