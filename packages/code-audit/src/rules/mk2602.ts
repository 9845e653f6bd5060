import type { AuditRule } from "../model/rule.ts";

export const rule = {
  id: "MK2602",
  name: "server-protection-off",
  title: {
    en: "A protection of the MLflow server against foreign web pages is switched off.",
    zh: "MLflow 服务器针对外部网页的防护被关闭。",
  },
  severity: "medium",
  cwe: "CWE-942",
  advice: {
    en: "Name the hosts and origins that clients really use.",
    zh: "请列出客户端实际使用的主机和来源。",
  },
} as const satisfies AuditRule;
