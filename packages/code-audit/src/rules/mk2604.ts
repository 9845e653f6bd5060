import type { AuditRule } from "../model/rule.ts";

export const rule = {
  id: "MK2604",
  name: "host-mount",
  title: {
    en: "The container can reach the host through what is mounted into it.",
    zh: "容器可通过挂载内容访问宿主机。",
  },
  severity: "high",
  cwe: "CWE-668",
  advice: {
    en: "Mount only the folder that is needed, read-only.",
    zh: "请仅以只读方式挂载所需的文件夹。",
  },
} as const satisfies AuditRule;
