import type { AuditRule } from "../model/rule.ts";

export const rule = {
  id: "MK2608",
  name: "secret-file-in-image",
  title: {
    en: "A file with credentials is copied into the image.",
    zh: "含有凭据的文件被复制到镜像中。",
  },
  severity: "high",
  cwe: "CWE-312",
  advice: {
    en: "Leave it out (`.dockerignore`) and mount it at run time (`--mount=type=secret`).",
    zh: "请将其排除（`.dockerignore`），并在运行时挂载（`--mount=type=secret`）。",
  },
} as const satisfies AuditRule;
