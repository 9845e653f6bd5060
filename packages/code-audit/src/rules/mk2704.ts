import type { AuditRule } from "../model/rule.ts";

export const rule = {
  id: "MK2704",
  name: "tls-off",
  title: {
    en: "The check of certificates is switched off.",
    zh: "证书校验被关闭。",
  },
  severity: "high",
  cwe: "CWE-295",
  advice: {
    en: "Trust the right certificate authority instead (`MLFLOW_TRACKING_SERVER_CERT_PATH`, `--cacert`).",
    zh: "请改为信任正确的证书颁发机构（`MLFLOW_TRACKING_SERVER_CERT_PATH`、`--cacert`）。",
  },
} as const satisfies AuditRule;
