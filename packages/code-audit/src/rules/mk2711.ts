import type { AuditRule } from "../model/rule.ts";

export const rule = {
  id: "MK2711",
  name: "exposed-auth-database",
  title: {
    en: "The database of users and password hashes lies where everybody can read or replace it.",
    zh: "用户与密码哈希数据库位于任何人都可读取或替换的位置。",
  },
  severity: "low",
  cwe: "CWE-732",
  advice: {
    en: "Put it in a folder that only the server may read, or in a database server.",
    zh: "请将其放在仅服务器可读的文件夹或数据库服务器中。",
  },
} as const satisfies AuditRule;
