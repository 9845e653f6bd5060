import type { AuditRule } from "../model/rule.ts";

export const rule = {
  id: "MK2606",
  name: "unpinned-image",
  title: {
    en: "The image may be another one tomorrow (no tag, or `latest`).",
    zh: "镜像明天可能不同（无标签或 `latest`）。",
  },
  severity: "low",
  cwe: "CWE-1357",
  advice: {
    en: "Name a version, best with its digest.",
    zh: "请指定版本，最好带摘要。",
  },
} as const satisfies AuditRule;
