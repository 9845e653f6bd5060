import type { AuditRule } from "../model/rule.ts";

export const rule = {
  id: "MK2509",
  name: "vcs-requirement",
  title: {
    en: "A package comes from a repository without a fixed commit.",
    zh: "软件包来自代码仓库，但没有固定到提交。",
  },
  severity: "medium",
  cwe: "CWE-494",
  advice: {
    en: "Name the full commit hash, and use https or ssh.",
    zh: "请写出完整的提交哈希，并使用 https 或 ssh。",
  },
} as const satisfies AuditRule;
