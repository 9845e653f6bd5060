import type { AuditRule } from "../model/rule.ts";

export const rule = {
  id: "MK2506",
  name: "index-over-http",
  title: {
    en: "Packages come from an index without TLS, so anybody on the way can replace them.",
    zh: "软件包来自未使用 TLS 的索引，途中任何人都可以替换。",
  },
  severity: "high",
  cwe: "CWE-319",
  advice: {
    en: "Use https for every index and link.",
    zh: "请为所有索引和链接使用 https。",
  },
} as const satisfies AuditRule;
