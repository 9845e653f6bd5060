import type { AuditRule } from "../model/rule.ts";

export const rule = {
  id: "MK2507",
  name: "extra-index",
  title: {
    en: "A second index can deliver any package of the first (dependency confusion).",
    zh: "第二个索引可以提供第一个索引中的任何软件包（依赖混淆）。",
  },
  severity: "medium",
  cwe: "CWE-427",
  advice: {
    en: "Use one index that proxies both, or pin hashes.",
    zh: "请使用同时代理两者的单一索引，或固定哈希。",
  },
} as const satisfies AuditRule;
