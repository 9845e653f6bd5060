import type { Rule } from "@modelkeep/findings";

export const rule = {
  id: "MK1409",
  name: "unreviewed-flavor",
  title:
    "The model has a flavor whose loader has not been reviewed, so loading it may run anything that the loader can be told to.",
  severity: "high",
  verdict: "executable",
  cwe: "CWE-829",
  advice:
    "Load it only signed by somebody you trust and inside the sandbox, or log it with a flavor that is read as data.",
} as const satisfies Rule;
