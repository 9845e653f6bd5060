import type { AuditRule } from "../model/rule.ts";

export const rule = {
  id: "MK2803",
  name: "workflow-script-injection",
  title: {
    en: "Text that a stranger can choose becomes part of a script.",
    zh: "陌生人可控制的文本会成为脚本的一部分。",
  },
  severity: "high",
  cwe: "CWE-94",
  advice: {
    en: "Put it into `env:` and use the quoted variable in the script.",
    zh: "请将其放入 `env:`，并在脚本中使用加引号的变量。",
  },
} as const satisfies AuditRule;
