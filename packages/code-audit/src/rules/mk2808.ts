import type { AuditRule } from "../model/rule.ts";

export const rule = {
  id: "MK2808",
  name: "self-hosted-on-pull-request",
  title: {
    en: "Pull requests run on a machine of yours that keeps what they leave.",
    zh: "拉取请求在会保留残留内容的自托管机器上运行。",
  },
  severity: "medium",
  cwe: "CWE-653",
  advice: {
    en: "Use hosted or ephemeral runners for pull requests.",
    zh: "请为拉取请求使用托管或一次性运行器。",
  },
} as const satisfies AuditRule;
