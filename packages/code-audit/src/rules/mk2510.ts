import type { AuditRule } from "../model/rule.ts";

export const rule = {
  id: "MK2510",
  name: "url-requirement-without-hash",
  title: {
    en: "A package is downloaded from an address without a hash.",
    zh: "软件包从某个地址下载，但没有哈希校验。",
  },
  severity: "medium",
  cwe: "CWE-494",
  advice: {
    en: "Append `#sha256=…` or `--hash=sha256:…`.",
    zh: "请添加 `#sha256=…` 或 `--hash=sha256:…`。",
  },
} as const satisfies AuditRule;
