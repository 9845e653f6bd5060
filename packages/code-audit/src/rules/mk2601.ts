import type { AuditRule } from "../model/rule.ts";

export const rule = {
  id: "MK2601",
  name: "exposed-tracking-server",
  title: {
    en: "An MLflow server listens for everybody and asks nobody who they are.",
    zh: "MLflow 服务器对所有人监听，且不验证身份。",
  },
  severity: "high",
  cwe: "CWE-306",
  advice: {
    en: "Put `modelkeep gateway` in front and bind MLflow to 127.0.0.1, or at least start it with `--app-name basic-auth`.",
    zh: "请在前面放置 `modelkeep gateway` 并将 MLflow 绑定到 127.0.0.1，至少以 `--app-name basic-auth` 启动。",
  },
} as const satisfies AuditRule;
