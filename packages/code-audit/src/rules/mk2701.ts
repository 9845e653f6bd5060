import type { AuditRule } from "../model/rule.ts";

export const rule = {
  id: "MK2701",
  name: "literal-secret",
  title: {
    en: "A secret stands literally in a file of the project.",
    zh: "机密以明文写在项目文件中。",
  },
  severity: "high",
  cwe: "CWE-798",
  advice: {
    en: "Take it from the environment or a secret store, and change it: it is known to whoever has the file.",
    zh: "请从环境变量或机密存储中获取，并更换该机密：拥有该文件者均已知晓。",
  },
} as const satisfies AuditRule;
