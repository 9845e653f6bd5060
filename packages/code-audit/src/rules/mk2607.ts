import type { AuditRule } from "../model/rule.ts";

export const rule = {
  id: "MK2607",
  name: "remote-add",
  title: {
    en: "A file from the network goes into the image unverified.",
    zh: "来自网络的文件未经校验就进入镜像。",
  },
  severity: "medium",
  cwe: "CWE-494",
  advice: {
    en: "Use `ADD --checksum=sha256:…`, or download and verify in a RUN.",
    zh: "请使用 `ADD --checksum=sha256:…`，或在 RUN 中下载并校验。",
  },
} as const satisfies AuditRule;
