import type { Rule } from "@modelkeep/findings";

export const rule = {
  id: "MK1408",
  name: "loose-code",
  title: "A Python file lies in the model that nothing in the model loads.",
  severity: "info",
  cwe: "CWE-1164",
  advice: "Leave it out when logging the model.",
} as const satisfies Rule;
