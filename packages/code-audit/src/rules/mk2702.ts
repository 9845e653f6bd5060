import type { AuditRule } from "../model/rule.ts";

export const rule = {
  id: "MK2702",
  name: "default-password",
  title: {
    en: "A password that is known to everybody is in use.",
    zh: "正在使用众所周知的密码。",
  },
  severity: "high",
  cwe: "CWE-1392",
  advice: {
    en: "Set a password of your own from a secret store.",
    zh: "请从机密存储中设置自己的密码。",
  },
} as const satisfies AuditRule;
