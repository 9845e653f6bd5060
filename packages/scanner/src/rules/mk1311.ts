import type { Rule } from "@modelkeep/findings";

export const rule = {
  id: "MK1311",
  name: "scan-failed",
  title: "The scan of this file broke off (a crash, a time-out, too much memory).",
  severity: "high",
  verdict: "unanalyzable",
  cwe: "CWE-755",
  advice: "Do not load it; report the file if it is honest.",
} as const satisfies Rule;
