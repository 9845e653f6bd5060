import type { AuditRule } from "../model/rule.ts";

export const rule = {
  id: "MK2805",
  name: "untrusted-checkout",
  title: {
    en: "Code of a stranger's pull request is checked out where secrets and write access are.",
    zh: "在拥有机密与写权限的环境中检出了陌生人的拉取请求代码。",
  },
  severity: "high",
  cwe: "CWE-829",
  advice: {
    en: "Use `pull_request`, or never check out the head in this workflow.",
    zh: "请使用 `pull_request`，或不要在此工作流中检出其头部提交。",
  },
} as const satisfies AuditRule;
