import type { Rule } from "@modelkeep/findings";

export const rule = {
  id: "MK1203",
  name: "persistent-id",
  title: "The file refers to an object outside of it by a persistent id that is not a torch storage.",
  severity: "high",
  verdict: "unanalyzable",
  cwe: "CWE-502",
  advice: "Do not load it with a reader that resolves such ids.",
} as const satisfies Rule;
