import type { AuditRule } from "../model/rule.ts";

export const rule = {
  id: "MK2707",
  name: "serves-untrusted-model",
  title: {
    en: "A model whose address comes from outside is loaded with all rights of the process.",
    zh: "来自外部地址的模型以进程的全部权限加载。",
  },
  severity: "medium",
  cwe: "CWE-502",
  advice: {
    en: "Serve it with `modelkeep serve`, which verifies and cages it, or fix the address.",
    zh: "请使用 `modelkeep serve`（会验证并隔离），或固定地址。",
  },
} as const satisfies AuditRule;
