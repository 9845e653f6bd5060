import type { AuditRule } from "../model/rule.ts";

export const rule = {
  id: "MK2710",
  name: "pickle-allowed",
  title: {
    en: "Loading of pickled models is explicitly allowed.",
    zh: "明确允许加载 pickle 模型。",
  },
  severity: "medium",
  cwe: "CWE-502",
  advice: {
    en: "Remove the setting; set it to false where models need no pickle.",
    zh: "请删除该设置；若模型不需要 pickle，请设为 false。",
  },
} as const satisfies AuditRule;
