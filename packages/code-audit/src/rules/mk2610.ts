import type { AuditRule } from "../model/rule.ts";

export const rule = {
  id: "MK2610",
  name: "world-writable",
  title: {
    en: "Everybody on the system may change these files.",
    zh: "系统上的任何人都可以修改这些文件。",
  },
  severity: "medium",
  cwe: "CWE-732",
  advice: {
    en: "Give the rights to one user or group.",
    zh: "请仅将权限授予单个用户或组。",
  },
} as const satisfies AuditRule;
