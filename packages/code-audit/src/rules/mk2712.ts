import type { AuditRule } from "../model/rule.ts";

export const rule = {
  id: "MK2712",
  name: "unquoted-argument",
  title: {
    en: "An argument from outside is split by the shell and may become options.",
    zh: "来自外部的实参会被 shell 拆分，可能变成选项。",
  },
  severity: "low",
  cwe: "CWE-88",
  advice: {
    en: "Put it in double quotes.",
    zh: "请用双引号括起来。",
  },
} as const satisfies AuditRule;
