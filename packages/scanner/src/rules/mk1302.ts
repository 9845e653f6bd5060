import type { Rule } from "@modelkeep/findings";

export const rule = {
  id: "MK1302",
  name: "malformed",
  title: "The file contradicts its own format.",
  severity: "medium",
  verdict: "unanalyzable",
  cwe: "CWE-20",
  advice: "Fetch it again and compare its SHA-256; else save it again.",
} as const satisfies Rule;
