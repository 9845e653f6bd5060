import type { AuditRule } from "../model/rule.ts";

export const rule = {
  id: "MK2806",
  name: "broad-workflow-permissions",
  title: {
    en: "The job's token may change everything in the repository.",
    zh: "任务令牌可以修改仓库中的一切。",
  },
  severity: "medium",
  cwe: "CWE-250",
  advice: {
    en: "List the permissions that are needed, `contents: read` first.",
    zh: "请仅列出所需权限，首先是 `contents: read`。",
  },
} as const satisfies AuditRule;
