import type { AuditRule } from "../model/rule.ts";

export const rule = {
  id: "MK2511",
  name: "unpinned-requirement",
  title: {
    en: "A requirement has no exact version, so each installation may bring other code.",
    zh: "依赖没有固定的精确版本，每次安装可能得到不同的代码。",
  },
  severity: "low",
  cwe: "CWE-1357",
  advice: {
    en: "Pin it with `==`, best from a lock file with hashes.",
    zh: "请用 `==` 固定版本，最好来自带哈希的锁文件。",
  },
} as const satisfies AuditRule;
