import type { AuditRule } from "../model/rule.ts";

export const rule = {
  id: "MK2709",
  name: "permissive-default-permission",
  title: {
    en: "Every user may change or manage everything that has no rule of its own.",
    zh: "任何用户都可以修改或管理没有单独规则的一切资源。",
  },
  severity: "medium",
  cwe: "CWE-276",
  advice: {
    en: "Set `default_permission = NO_PERMISSIONS` or `READ` and grant by name.",
    zh: "请设置 `default_permission = NO_PERMISSIONS` 或 `READ`，并按名称授权。",
  },
} as const satisfies AuditRule;
