import type { AuditRule } from "../model/rule.ts";

export const rule = {
  id: "MK2501",
  name: "mlmodel-loader-module",
  title: {
    en: "Loading the model imports a loader module that is not MLflow's.",
    zh: "加载模型时会导入并非 MLflow 自带的加载模块。",
  },
  severity: "high",
  cwe: "CWE-829",
  advice: {
    en: "Log the model with a flavor of MLflow, or admit it only signed and inside the sandbox.",
    zh: "请用 MLflow 自带的 flavor 记录模型，或仅在签名并置于沙箱时才接纳。",
  },
} as const satisfies AuditRule;
