import type { AuditRule } from "../model/rule.ts";

export const rule = {
  id: "MK2512",
  name: "vulnerable-requirement",
  title: {
    en: "The pinned version has a published vulnerability.",
    zh: "固定的版本存在已公布的漏洞。",
  },
  severity: "high",
  cwe: "CWE-1395",
  advice: {
    en: "Raise the version to the one named in the finding; `modelkeep deps` checks everything.",
    zh: "请升级到结果中给出的版本；`modelkeep deps` 会检查全部依赖。",
  },
} as const satisfies AuditRule;
