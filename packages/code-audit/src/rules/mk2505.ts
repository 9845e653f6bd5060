import type { AuditRule } from "../model/rule.ts";

export const rule = {
  id: "MK2505",
  name: "mlproject-shell-parameter",
  title: {
    en: "A parameter of the project becomes part of a shell program.",
    zh: "项目参数会成为 shell 程序的一部分。",
  },
  severity: "high",
  cwe: "CWE-78",
  advice: {
    en: "Pass the parameter as a plain argument of the program: MLflow quotes it there.",
    zh: "请将参数作为程序的普通实参传递：MLflow 会在那里为其加引号。",
  },
} as const satisfies AuditRule;
