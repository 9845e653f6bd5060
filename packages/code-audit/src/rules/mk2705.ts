import type { AuditRule } from "../model/rule.ts";

export const rule = {
  id: "MK2705",
  name: "plaintext-address",
  title: {
    en: "Models or credentials travel without TLS.",
    zh: "模型或凭据在未加密的连接上传输。",
  },
  severity: "medium",
  cwe: "CWE-319",
  advice: {
    en: "Use https.",
    zh: "请使用 https。",
  },
} as const satisfies AuditRule;
