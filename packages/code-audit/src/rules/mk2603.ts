import type { AuditRule } from "../model/rule.ts";

export const rule = {
  id: "MK2603",
  name: "privileged-container",
  title: {
    en: "The container has rights over its host.",
    zh: "容器拥有对宿主机的权限。",
  },
  severity: "high",
  cwe: "CWE-250",
  advice: {
    en: "Remove it; grant the one capability or device that is needed.",
    zh: "请删除此项，仅授予所需的单个能力或设备。",
  },
} as const satisfies AuditRule;
