import type { AuditRule } from "../model/rule.ts";

export const rule = {
  id: "MK2503",
  name: "mlmodel-models-from-code",
  title: {
    en: "The model is a Python script that runs when it is loaded.",
    zh: "该模型是一个在加载时执行的 Python 脚本。",
  },
  severity: "high",
  cwe: "CWE-829",
  advice: {
    en: "Review the script as you review code, require a signature, and load it in the sandbox only.",
    zh: "请像审查代码一样审查该脚本，要求签名，且仅在沙箱中加载。",
  },
} as const satisfies AuditRule;
