import type { AuditRule } from "../model/rule.ts";

export const rule = {
  id: "MK2502",
  name: "mlmodel-code-paths",
  title: {
    en: "Loading the model puts Python files that came with it on the import path.",
    zh: "加载模型时会把随模型附带的 Python 文件放入导入路径。",
  },
  severity: "high",
  cwe: "CWE-829",
  advice: {
    en: "Install the code as a pinned package instead of shipping it inside the model.",
    zh: "请将代码作为固定版本的软件包安装，而不是放在模型内。",
  },
} as const satisfies AuditRule;
