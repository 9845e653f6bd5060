import type { AuditRule } from "../model/rule.ts";

export const rule = {
  id: "MK2508",
  name: "trusted-host",
  title: {
    en: "The certificate of a package index is not checked.",
    zh: "未检查软件包索引的证书。",
  },
  severity: "high",
  cwe: "CWE-295",
  advice: {
    en: "Remove it and trust the index's certificate authority instead (`--cert`).",
    zh: "请删除此项，改为信任索引的证书颁发机构（`--cert`）。",
  },
} as const satisfies AuditRule;
