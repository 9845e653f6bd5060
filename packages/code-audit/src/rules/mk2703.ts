import type { AuditRule } from "../model/rule.ts";

export const rule = {
  id: "MK2703",
  name: "pipe-to-shell",
  title: {
    en: "What is downloaded is run at once, unverified.",
    zh: "下载的内容未经校验立即执行。",
  },
  severity: "high",
  cwe: "CWE-494",
  advice: {
    en: "Download it, compare its hash, then run it.",
    zh: "请先下载并校验哈希，再执行。",
  },
} as const satisfies AuditRule;
