import type { Rule } from "@modelkeep/findings";

export const rule = {
  id: "MK1407",
  name: "remote-requirement",
  title: "The model's environment installs from somewhere else than the package index.",
  severity: "medium",
  cwe: "CWE-829",
  advice: "Build the environment from an index that you trust, with hashes.",
} as const satisfies Rule;
