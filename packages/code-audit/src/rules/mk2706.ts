import type { AuditRule } from "../model/rule.ts";

export const rule = {
  id: "MK2706",
  name: "artifact-root",
  title: {
    en: "The server's artifact root opens more than artifacts.",
    zh: "服务器的制品根目录暴露了制品以外的内容。",
  },
  severity: "medium",
  cwe: "CWE-552",
  advice: {
    en: "Give artifacts a folder or bucket prefix of their own.",
    zh: "请为制品使用独立的文件夹或存储前缀。",
  },
} as const satisfies AuditRule;
