import type { AuditRule } from "../model/rule.ts";

export const rule = {
  id: "MK2504",
  name: "mlmodel-pickled",
  title: {
    en: "The model is stored as a pickle, which runs code when it is loaded.",
    zh: "该模型以 pickle 形式保存，加载时会执行代码。",
  },
  severity: "medium",
  cwe: "CWE-502",
  advice: {
    en: "Log it in a format without code (skops, ONNX, the library's own), or have every load verified.",
    zh: "请使用不含代码的格式（skops、ONNX 或库自带格式）记录，或确保每次加载都经过验证。",
  },
} as const satisfies AuditRule;
