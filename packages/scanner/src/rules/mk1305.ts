import type { Rule } from "@modelkeep/findings";

export const rule = {
  id: "MK1305",
  name: "unsupported",
  title: "A part uses a feature of its format that nothing here reads.",
  severity: "medium",
  verdict: "unanalyzable",
  cwe: "CWE-1104",
  advice: "Save it in a format that is supported (see the message).",
} as const satisfies Rule;
