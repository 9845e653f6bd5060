import type { AuditRule } from "../model/rule.ts";

export const rule = {
  id: "MK2605",
  name: "root-container",
  title: {
    en: "The container runs as root.",
    zh: "容器以 root 身份运行。",
  },
  severity: "medium",
  cwe: "CWE-250",
  advice: {
    en: "Add a user and switch to it (`USER 1000`, `runAsNonRoot: true`).",
    zh: "请添加用户并切换（`USER 1000`、`runAsNonRoot: true`）。",
  },
} as const satisfies AuditRule;
