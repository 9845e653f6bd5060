import type { AuditRule } from "../model/rule.ts";

export const rule = {
  id: "MK2809",
  name: "untrusted-artifact",
  title: {
    en: "A privileged workflow uses files that an unprivileged one made.",
    zh: "高权限工作流使用了低权限工作流生成的文件。",
  },
  severity: "medium",
  cwe: "CWE-829",
  advice: {
    en: "Treat the artifact as data: no scripts, no models, no environment files from it.",
    zh: "请将制品视为数据：不要从中运行脚本、加载模型或读取环境文件。",
  },
} as const satisfies AuditRule;
