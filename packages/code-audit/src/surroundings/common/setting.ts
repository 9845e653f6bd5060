import { rule as exposedProtection } from "../../rules/mk2602.ts";
import { rule as tlsOff } from "../../rules/mk2704.ts";
import { rule as plaintext } from "../../rules/mk2705.ts";
import { rule as pickleAllowed } from "../../rules/mk2710.ts";
import { checkSecret, type Setting } from "../secrets/check.ts";
import { hostOf, leavesDeployment } from "../shell/address.ts";
import type { Reporter } from "./reporter.ts";
import { say } from "./say.ts";

const TRUE = /^(?:true|1|yes|on)$/iu;
const FALSE = /^(?:false|0|no|off)$/iu;

/** Variables that, set so, switch the check of certificates off. */
const TLS: ReadonlyMap<string, RegExp> = new Map([
  ["MLFLOW_TRACKING_INSECURE_TLS", TRUE],
  ["MLFLOW_S3_IGNORE_TLS", TRUE],
  ["PYTHONHTTPSVERIFY", FALSE],
  ["GIT_SSL_NO_VERIFY", TRUE],
  ["NODE_TLS_REJECT_UNAUTHORIZED", /^0$/u],
  ["CURL_INSECURE", TRUE],
  ["DATABRICKS_INSECURE", TRUE],
  ["HF_HUB_DISABLE_SSL_VERIFY", TRUE],
  ["AWS_CA_BUNDLE", /^\/dev\/null$/u],
  ["REQUESTS_CA_BUNDLE", /^(?:\/dev\/null|)$/u],
  ["CURL_CA_BUNDLE", /^(?:\/dev\/null|)$/u],
  ["CONDA_SSL_VERIFY", FALSE],
  ["UV_INSECURE_HOST", /./u],
  ["PIP_TRUSTED_HOST", /./u],
]);
const ADDRESSES =
  /^(?:.*_)?(?:TRACKING_URI|REGISTRY_URI|MLFLOW_S3_ENDPOINT_URL|MLFLOW_GATEWAY_URI|MLFLOW_DEPLOYMENTS_TARGET|MLFLOW_ARTIFACTS_DESTINATION|MLFLOW_URI|MLFLOW_URL|MODEL_URI|MLFLOW_SERVER_URL|MLFLOW_HOST_URL)$/u;

/** Looks at one environment variable or setting, wherever it is set. `example`: see `checkSecret`. */
export function checkSetting(reporter: Reporter, setting: Setting, example = false): void {
  checkSecret(reporter, setting, example);
  const { name, range } = setting;
  const value = setting.value.trim();
  if (TLS.get(name)?.test(value) === true) {
    reporter.add(
      tlsOff,
      range,
      say(`${name}=${value} switches off the check of certificates`, `${name}=${value} 关闭了证书校验`),
    );
  }
  if (!example) checkAddressSetting(reporter, setting);
  if (name === "MLFLOW_ALLOW_PICKLE_DESERIALIZATION" && TRUE.test(value)) {
    reporter.add(pickleAllowed, range, say("Pickled models may be loaded", "允许加载 pickle 模型"));
  }
  checkProtection(reporter, setting, value);
}

function checkAddressSetting(reporter: Reporter, { name, value, range }: Setting): void {
  if (!ADDRESSES.test(name) || !/^http:\/\//iu.test(value.trim())) return;
  const host = hostOf(value.trim());
  if (!leavesDeployment(host)) return;
  reporter.add(
    plaintext,
    range,
    say(`${name} is plain http to ${host}`, `${name} 通过明文 http 连接 ${host}`),
  );
}

function checkProtection(reporter: Reporter, { name, range }: Setting, value: string): void {
  const open =
    (/^MLFLOW_SERVER_(?:ALLOWED_HOSTS|CORS_ALLOWED_ORIGINS)$/u.test(name) && hasWildcard(value)) ||
    (name === "MLFLOW_SERVER_DISABLE_SECURITY_MIDDLEWARE" && TRUE.test(value));
  if (open) reporter.add(exposedProtection, range, say(`${name}=${value}`, `${name}=${value}`));
}

/** A list with an entry that lets everything in. */
export function hasWildcard(list: string): boolean {
  return list
    .split(",")
    .some((entry) => /^(?:\*|https?:\/\/\*|\*:\*)$/u.test(entry.trim().replaceAll(/["']/gu, "")));
}
