import type { Rule } from "@modelkeep/findings";

export const rule = {
  id: "MK1306",
  name: "budget",
  title: "Explaining the file took more time, memory, depth or expansion than the limits allow.",
  severity: "medium",
  verdict: "unanalyzable",
  cwe: "CWE-400",
  advice: "If the file is honest and large, raise the limit that the message names in the policy.",
} as const satisfies Rule;
