import type { Rule } from "@modelkeep/findings";

export const rule = {
  id: "MK1403",
  name: "path-outside",
  title: "The model names a path outside of its own folder.",
  severity: "critical",
  verdict: "malicious",
  cwe: "CWE-22",
  advice: "Do not load it.",
} as const satisfies Rule;
