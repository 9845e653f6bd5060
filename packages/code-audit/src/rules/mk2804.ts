import type { AuditRule } from "../model/rule.ts";

export const rule = {
  id: "MK2804",
  name: "unpinned-action",
  title: {
    en: "An action is taken by a name that its owner can move.",
    zh: "action 由其所有者可移动的名称引用。",
  },
  severity: "medium",
  cwe: "CWE-829",
  advice: {
    en: "Name the full commit hash, with the version as a comment.",
    zh: "请写出完整的提交哈希，并以注释标明版本。",
  },
} as const satisfies AuditRule;
