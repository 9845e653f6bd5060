/** Names under which something is kept that nobody else may know. */
const SECRET_NAME =
  /(^|_|-|\.)(password|passwd|passphrase|pwd|secret|secrets|secret_?key|api_?key|apikey|access_?key|private_?key|encryption_?key|signing_?key|auth_?token|access_?token|api_?token|bearer_?token|refresh_?token|session_?token|secret_?token|jwt|client_?secret|credential|credentials|aws_secret_access_key|hf_?token|github_?token|slack_?token|tracking_?token|db_?pass|pass|webhook_?url|account_?key|sas_?token|connection_?string|dsn)$/;
const NOT_SECRET =
  /(_file|_path|_name|_id|_field|_env|_var|_url|_header|_type|_length|_len|_min|_max|_prefix|_suffix|_regex|_policy|_count|_ttl|_expiry|_expires|_required|_enabled|_hint|_label|_help|_prompt|_arn)$/;

/** A name in one spelling: `dbPassword`, `DB_PASSWORD` and `db-password` are `db_password`. */
export function plainName(name: string): string {
  return name
    .replaceAll(/([a-z\d])([A-Z])/g, "$1_$2")
    .replaceAll(/[-. ]/g, "_")
    .toLowerCase();
}

/** Whether a name says that its value is secret. `token` alone says so only of a text that looks like one. */
export function isSecretName(name: string): boolean {
  const plain = plainName(name).replace(/^_+/, "");
  if (NOT_SECRET.test(plain)) return false;
  return SECRET_NAME.test(plain) || /^(mlflow_tracking_(password|token)|token|auth)$/.test(plain);
}

/** Whether a name is of a password in particular: people choose those themselves. */
export function isPasswordName(name: string): boolean {
  return /(^|_)(password|passwd|passphrase|pwd|pass)$/.test(plainName(name));
}

const PLACEHOLDER =
  /^(x+|\*+|\.+|-+|<.*>|\{.*\}|\$.*|%.*|your[-_ ].*|.*[-_]?here|.*example.*|.*dummy.*|.*placeholder.*|.*redacted.*|.*fake.*|todo.*|tbd|none|null|undefined|na|n\/a|test|testing|string|str|foo|bar|baz|value|key|token|secret_?name|my[-_]?(secret|token|key|password)|replace.*|insert.*|enter.*|not[-_ ]?set|unset|unknown|env|prompt|true|false|bearer|basic|optional|required|hidden|masked|\(.*\)|.*\.\.\..*)$/i;

/** Texts that stand for a secret, and are none. */
export function isPlaceholder(value: string): boolean {
  const text = value.trim();
  return text.length < 3 || PLACEHOLDER.test(text) || /\s/.test(text) || /^(.)\1*$/.test(text);
}

/** Passwords that everybody tries first; MLflow's own default among them. */
const COMMON = new Set(
  (
    "password password1 password12 password123 password1234 passw0rd p@ssw0rd p@ssword admin admin1 admin123 admin1234 administrator root toor changeme change-me change_me changeit " +
    "default guest letmein welcome welcome1 qwerty qwerty123 123456 12345678 123456789 1234 12345 abc123 secret s3cret secret123 postgres mysql mongo redis minio minioadmin minio123 " +
    "mlflow mlflow123 airflow jupyter test123 user pass pass123 hunter2 iloveyou monkey dragon master docker sa oracle"
  ).split(" "),
);

export function isCommonPassword(value: string): boolean {
  return COMMON.has(value.trim().toLowerCase());
}

/** Forms of secrets that only one issuer gives out. */
const ISSUED =
  /\b(AKIA|ASIA)[0-9A-Z]{16}\b|\bgh[pousr]_[A-Za-z0-9]{36,}\b|\bgithub_pat_[A-Za-z0-9_]{40,}|\bhf_[A-Za-z0-9]{30,}\b|\bsk-(proj-|ant-)?[A-Za-z0-9_-]{20,}|\bxox[abprs]-[A-Za-z0-9-]{10,}|\bAIza[0-9A-Za-z_-]{35}\b|\bsk_live_[0-9a-zA-Z]{20,}|\bdapi[0-9a-f]{32}\b|\bglpat-[0-9A-Za-z_-]{20,}|\bnpm_[A-Za-z0-9]{36}\b|\bpypi-[A-Za-z0-9_-]{50,}|-----BEGIN [A-Z ]*PRIVATE KEY-----\s*[A-Za-z0-9+/=\\]{20}|\beyJ[A-Za-z0-9_-]{15,}\.eyJ[A-Za-z0-9_-]{15,}\.[A-Za-z0-9_-]{15,}|\bhooks\.slack\.com\/services\/T\w+\/B\w+\/\w+|AccountKey=[A-Za-z0-9+/=]{60,}|\bSG\.[\w-]{20,}\.[\w-]{20,}/;

export function isIssuedSecret(value: string): boolean {
  return (
    ISSUED.test(value) && !/EXAMPLE|example|xxxx|XXXX|0{8}|1234567890/.test(ISSUED.exec(value)?.[0] ?? "")
  );
}

/** Whether a text under a secret name looks like a secret: bits in each character, and no word of a language. */
export function looksRandom(value: string): boolean {
  if (value.length < 12 || /\s/.test(value) || /^[a-z]+([-_. /][a-z]+)*$/i.test(value)) return false;
  return entropy(value) >= 2.9 && /\d/.test(value);
}

function entropy(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length);
  return bits;
}

/** Why a text that a secret name has in the code is a secret. */
export function secretKind(
  name: string,
  value: string,
): "issued" | "password" | "random" | "common" | undefined {
  if (isIssuedSecret(value)) return "issued";
  if (!isSecretName(name) || /^(https?|models|runs|file|s3|env|vault|arn|projects)[:/]/i.test(value))
    return undefined;
  if (isCommonPassword(value)) return isPasswordName(name) || /secret|key/i.test(name) ? "common" : undefined;
  if (isPlaceholder(value) || plainName(value) === plainName(name) || isSecretName(value)) return undefined;
  if (isPasswordName(name)) return value.length >= 4 ? "password" : undefined;
  if (/secret(_?key)?$/i.test(name) && value.length >= 8 && !/^[a-z_]+$/.test(value)) return "random";
  return looksRandom(value) ? "random" : undefined;
}
