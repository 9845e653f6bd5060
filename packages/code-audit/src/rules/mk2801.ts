import type { AuditRule } from "../model/rule.ts";

export const rule = {
  id: "MK2801",
  name: "gate-ignored",
  title: {
    en: "The pipeline goes on when this check fails.",
    zh: "该检查失败时流水线仍会继续。",
  },
  severity: "high",
  cwe: "CWE-693",
  advice: {
    en: "Let the check's exit code end the job.",
    zh: "请让检查的退出码终止任务。",
  },
} as const satisfies AuditRule;
