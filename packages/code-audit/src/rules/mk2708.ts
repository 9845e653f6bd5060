import type { AuditRule } from "../model/rule.ts";

export const rule = {
  id: "MK2708",
  name: "shell-injection",
  title: {
    en: "Text from outside is run as a program.",
    zh: "来自外部的文本被当作程序执行。",
  },
  severity: "high",
  cwe: "CWE-78",
  advice: {
    en: "Pass it as an argument, quoted, to a fixed program.",
    zh: "请将其加引号作为实参传给固定的程序。",
  },
} as const satisfies AuditRule;
