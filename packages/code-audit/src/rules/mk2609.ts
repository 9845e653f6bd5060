import type { AuditRule } from "../model/rule.ts";

export const rule = {
  id: "MK2609",
  name: "build-argument-secret",
  title: {
    en: "A secret is passed as a build argument, which stays in the image's history.",
    zh: "机密通过构建参数传入，会留在镜像历史中。",
  },
  severity: "medium",
  cwe: "CWE-522",
  advice: {
    en: "Use `RUN --mount=type=secret`.",
    zh: "请使用 `RUN --mount=type=secret`。",
  },
} as const satisfies AuditRule;
