import type { Rule } from "@modelkeep/findings";

export const rule = {
  id: "MK1312",
  name: "not-a-file",
  title: "This is no regular file (a link, a device, a pipe, a socket).",
  severity: "medium",
  verdict: "unanalyzable",
  cwe: "CWE-59",
  advice: "Replace it by the file itself.",
} as const satisfies Rule;
