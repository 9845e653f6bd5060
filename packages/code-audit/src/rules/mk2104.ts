import type { BindFact, CallFact } from "../python/types.ts";
import { constantsOf, pathsOf } from "../python/value.ts";
import { argumentOf, is, mayBe } from "./calls.ts";
import type { PythonRule } from "./rule.ts";

const CLIENTS =
  /^(requests|httpx|aiohttp|urllib3|boto3|botocore|hvac|elasticsearch|opensearchpy|kubernetes|mlflow|minio|docker|ldap3|smbclient|pymongo|redis|paramiko|websockets?|grpc|http|urllib|clickhouse_connect|databricks)\b|^\?\.(get|post|put|patch|delete|head|options|request|send|stream)$/;

function callIsOff(call: CallFact): boolean {
  const { path } = call;
  if (path === "ssl._create_unverified_context") return true;
  if (/^(os\.environ\.setdefault|os\.putenv)$/.test(path))
    return constantsOf(argumentOf(call, 0)).some((name) => isOffIn(String(name), argumentOf(call, 1)));
  if (path.startsWith("jwt.") || !CLIENTS.test(path)) return false;
  if (
    [
      "verify",
      "verify_ssl",
      "verify_certs",
      "tls_verify",
      "ssl_verify",
      "check_hostname",
      "ignore_tls_verification",
    ].some((name) => mayBe(call.args.keywords.get(name), name.startsWith("ignore")))
  )
    return true;
  if (/^(aiohttp|\?)\./.test(path)) if (mayBe(call.args.keywords.get("ssl"), false)) return true;
  if (
    /^(redis|elasticsearch|pymongo)/.test(path) &&
    mayBe(call.args.keywords.get("tlsAllowInvalidCertificates"), true)
  )
    return true;
  const required = call.args.keywords.get("cert_reqs") ?? call.args.keywords.get("ssl_cert_reqs");
  return (
    pathsOf(required).includes("ssl.CERT_NONE") ||
    constantsOf(required).some((one) => one === "CERT_NONE" || one === "none") ||
    is(required, null)
  );
}

/** Environment variables that switch checks off, and the values that do. */
function isOffIn(name: string, value: BindFact["value"] | undefined): boolean {
  const texts = constantsOf(value).map((one) => String(one).toLowerCase());
  if (name === "MLFLOW_TRACKING_INSECURE_TLS" || name === "GIT_SSL_NO_VERIFY")
    return texts.some((text) => /^(true|1|yes|on)$/.test(text));
  if (name === "PYTHONHTTPSVERIFY" || name === "NODE_TLS_REJECT_UNAUTHORIZED") return texts.includes("0");
  return /^(CURL_CA_BUNDLE|REQUESTS_CA_BUNDLE|SSL_CERT_FILE)$/.test(name) && texts.includes("");
}

function bindIsOff(bind: BindFact, binds: readonly BindFact[]): boolean {
  const { name, how, value } = bind;
  if (how === "key") return isOffIn(name, value);
  if (how !== "attribute") return false;
  const target = pathsOf(bind.target);
  if (name === "verify")
    return mayBe(value, false) && (target.length === 0 || target.some((path) => CLIENTS.test(path)));
  if (name === "_create_default_https_context")
    return pathsOf(value).some((path) => path.includes("_unverified_context"));
  if (name === "verify_mode") return pathsOf(value).includes("ssl.CERT_NONE");
  // Who also sets `verify_mode` is told there.
  return (
    name === "check_hostname" &&
    mayBe(value, false) &&
    !binds.some((one) => one.name === "verify_mode" && one.fn === bind.fn && one.module === bind.module)
  );
}

export const rule: PythonRule = {
  id: "MK2104",
  name: "certificate-unchecked",
  title: { en: "A server's certificate is not checked.", zh: "未校验服务器证书。" },
  severity: "high",
  cwe: "CWE-295",
  advice: {
    en: 'Leave the check on, and name the certificate of your own authority (verify="ca.pem", MLFLOW_TRACKING_SERVER_CERT_PATH).',
    zh: '保持校验开启，并指定自有证书机构的证书（verify="ca.pem"、MLFLOW_TRACKING_SERVER_CERT_PATH）。',
  },
  rank: 65,
  words: [
    "verify",
    "CERT_NONE",
    "_unverified_context",
    "check_hostname",
    "INSECURE_TLS",
    "HTTPSVERIFY",
    "CA_BUNDLE",
    "ssl=False",
    "tlsAllowInvalid",
    "cert_reqs",
    "NO_VERIFY",
    "SSL_CERT_FILE",
  ],
  check({ calls, binds }, report) {
    const message = {
      en: "certificates are not checked: whoever is on the way can be the server",
      zh: "不校验证书：中间人可以冒充服务器",
    };
    for (const call of calls)
      if (callIsOff(call) && !isDefault(call, binds)) report({ at: call, message, way: call.way });
    for (const bind of binds)
      if (bindIsOff(bind, binds))
        report({
          at: bind.how === "key" ? { module: bind.module, node: bind.valueNode } : bind,
          message,
          way: bind.way,
        });
  },
};

/** `ssl._create_default_https_context = ssl._create_unverified_context()` is one place. */
function isDefault(call: CallFact, binds: readonly BindFact[]): boolean {
  return (
    call.path === "ssl._create_unverified_context" &&
    binds.some((bind) => bind.name === "_create_default_https_context" && bind.valueNode === call.node)
  );
}
