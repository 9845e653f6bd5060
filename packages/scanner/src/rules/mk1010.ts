import type { Rule } from "@modelkeep/findings";

export const rule = {
  id: "MK1010",
  name: "indirect-call",
  title:
    "The file calls something that is not a plain, listed constructor: the result of another call, a container, a persistent object.",
  severity: "high",
  verdict: "unanalyzable",
  cwe: "CWE-502",
  advice: "Save the model again with skops or with the library's own format.",
} as const satisfies Rule;
