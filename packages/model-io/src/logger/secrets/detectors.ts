import { crc32 } from "node:zlib";

/** One kind of credential. `confirm` looks at what the pattern cannot say: a checksum, entropy, structure. */
export interface Detector {
  readonly id: string;
  /** Global; the first group, if there is one, is the secret within the match. */
  readonly pattern: RegExp;
  readonly confirm?: (secret: string) => boolean;
}

export const DETECTORS: readonly Detector[] = [
  {
    id: "private-key",
    pattern:
      /-----BEGIN (?:[A-Z0-9]{1,20} ){0,3}PRIVATE KEY(?: BLOCK)?-----[\s\S]*?(?:-----END [A-Z0-9 ]{1,60}-----|$)/gu,
  },
  { id: "modelkeep-key", pattern: /\bmk_[0-9a-f]{12}_[\w-]{43}(?![\w-])/gu },
  { id: "aws-access-key", pattern: /\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}\b/gu },
  { id: "github-token", pattern: /\bgh[pousr]_[A-Za-z0-9]{36}\b/gu, confirm: isGithubToken },
  { id: "github-fine-grained-token", pattern: /\bgithub_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59}\b/gu },
  { id: "gitlab-token", pattern: /\bgl(?:pat|dt|rt|ptt|cbt|soat|ft)-[\w-]{20,64}/gu },
  { id: "slack-token", pattern: /\bxox[abeoprs]-(?:\d+-)*[A-Za-z0-9-]{10,200}/gu },
  {
    id: "slack-webhook",
    pattern: /https:\/\/hooks\.slack\.com\/(?:services|workflows)\/[A-Za-z0-9/+]{20,100}/gu,
  },
  { id: "stripe-key", pattern: /\b(?:sk|rk)_(?:live|test)_[A-Za-z0-9]{16,200}\b/gu },
  { id: "google-api-key", pattern: /\bAIza[\w-]{35}(?![\w-])/gu },
  { id: "google-oauth", pattern: /\b(?:ya29\.[\w-]{20,400}|GOCSPX-[\w-]{28})/gu },
  { id: "azure-storage-key", pattern: /\bAccountKey=([A-Za-z0-9+/]{86}==)/gu },
  { id: "azure-sas", pattern: /[?&]sig=([A-Za-z0-9%+/]{40,100}(?:=|%3D)?)/gu },
  {
    id: "openai-key",
    pattern: /\bsk-(?:proj-|svcacct-|ant-[\w-]{1,12}-)?[\w-]{32,200}/gu,
    confirm: isRandom,
  },
  { id: "huggingface-token", pattern: /\bhf_[A-Za-z0-9]{34}\b/gu },
  { id: "npm-token", pattern: /\bnpm_[A-Za-z0-9]{36}\b/gu, confirm: isGithubToken },
  { id: "pypi-token", pattern: /\bpypi-AgE[\w-]{50,300}/gu },
  { id: "databricks-token", pattern: /\bdapi[a-f0-9]{32}(?:-\d)?\b/gu },
  { id: "jwt", pattern: /\beyJ[\w-]{8,2000}\.eyJ[\w-]{8,8000}\.[\w-]{16,2000}/gu, confirm: isJwt },
  {
    id: "url-password",
    pattern: /\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s/:@"'<>]{0,100}:([^\s/@"'<>]{1,200})@/giu,
  },
  { id: "authorization", pattern: /\b(?:Bearer|Basic)\s+([\w+/.~=-]{16,2000})/gu, confirm: isRandom },
  {
    id: "named-secret",
    pattern:
      /\b[\w-]{0,30}(?:password|passwd|passphrase|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|credential)[\w-]{0,20}["']?\s*[:=]\s*["']?([^\s"',;&]{6,500})/giu,
    confirm: (secret) => !isPlaceholder(secret),
  },
];

/** Keys whose value is a secret whatever it looks like. */
const TELLING_KEY =
  /(?:^|[^a-z])(?:password|passwd|pwd|passphrase|secret|api[_-]?key|access[_-]?key|private[_-]?key|credentials?|(?:auth|access|refresh|bearer|id|api|session|github|gitlab|slack|hf)[_-]?token|client[_-]?secret)(?:$|[^a-z])/iu;
/** Hyper-parameters with such names are honest (`max_tokens`, `token_pattern`): their values must look random too. */
const SUSPICIOUS_KEY = /token|auth|cred|secret|key|pass/iu;
const MIN_RANDOM_LENGTH = 16;
const RANDOM_BITS = 3.2;

export function isTellingKey(key: string): boolean {
  // fooBar and foo.bar are foo_bar here.
  return TELLING_KEY.test(key.replaceAll(/([a-z0-9])([A-Z])/gu, "$1_$2"));
}

export function isSuspiciousKey(key: string): boolean {
  return SUSPICIOUS_KEY.test(key);
}

/** Whether a word is long and mixed enough to be a generated secret, rather than words, a path or a number. */
export function isRandom(word: string): boolean {
  if (word.length < MIN_RANDOM_LENGTH || !/^[\w+/=.~-]+$/u.test(word)) return false;
  if (/^[a-z_.-]+$/iu.test(word) || /^[\d.eE+-]+$/u.test(word)) return false;
  return entropy(word) >= RANDOM_BITS;
}

/** Shannon entropy in bits per character. */
export function entropy(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length);
  return bits;
}

export function isPlaceholder(value: string): boolean {
  return /^(?:none|null|true|false|nan|undefined|\d{1,5}|\*+|x+|<.*>|\$\{.*\}?|\[redacted.*)$/iu.test(value);
}

const BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** The last six characters are the CRC-32 of those between prefix and them, in base 62 (GitHub since 2021, npm). */
function isGithubToken(token: string): boolean {
  const body = token.slice(token.indexOf("_") + 1);
  let checksum = crc32(body.slice(0, -6));
  let text = "";
  for (let digit = 0; digit < 6; digit++) {
    text = (BASE62[checksum % 62] ?? "") + text;
    checksum = Math.floor(checksum / 62);
  }
  return text === body.slice(-6) || isRandom(body);
}

function isJwt(token: string): boolean {
  const header = token.split(".")[0] ?? "";
  try {
    const parsed: unknown = JSON.parse(Buffer.from(header, "base64url").toString("utf8"));
    return typeof parsed === "object" && parsed !== null && "alg" in parsed;
  } catch {
    // Not JSON: then it is no token, whatever it looks like.
    return false;
  }
}
