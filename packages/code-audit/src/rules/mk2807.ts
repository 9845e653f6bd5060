import type { AuditRule } from "../model/rule.ts";

export const rule = {
  id: "MK2807",
  name: "secret-in-log",
  title: {
    en: "A secret is printed into the pipeline's log.",
    zh: "机密被输出到流水线日志。",
  },
  severity: "high",
  cwe: "CWE-532",
  advice: {
    en: "Remove the output; pass the secret by `env:`.",
    zh: "请删除输出，并通过 `env:` 传递机密。",
  },
} as const satisfies AuditRule;
