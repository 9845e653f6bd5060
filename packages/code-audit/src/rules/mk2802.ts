import type { AuditRule } from "../model/rule.ts";

export const rule = {
  id: "MK2802",
  name: "gate-file-missing",
  title: {
    en: "The pipeline names a file that is not in the project.",
    zh: "流水线引用了项目中不存在的文件。",
  },
  severity: "high",
  cwe: "CWE-693",
  advice: {
    en: "Add the file or correct its name.",
    zh: "请添加该文件或修正名称。",
  },
} as const satisfies AuditRule;
