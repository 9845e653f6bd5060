import { generateKeyPairSync, type KeyObject, sign as cryptoSign } from "node:crypto";

// Certificates of any shape, hostile ones included: node:crypto makes none. Only as much DER as tests need.

export function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  const length = content.byteLength;
  const head =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...head]), content]);
}

export function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
  const octets = [first * 40 + second, ...rest].flatMap((arc) => {
    const groups = [arc & 0x7f];
    for (let left = arc >> 7; left > 0; left >>= 7) groups.unshift((left & 0x7f) | 0x80);
    return groups;
  });
  return der(0x06, Buffer.from(octets));
}

function name(commonName: string): Buffer {
  return der(0x30, der(0x31, der(0x30, oid("2.5.4.3"), der(0x0c, Buffer.from(commonName)))));
}

function time(date: Date): Buffer {
  const digits = date.toISOString().replaceAll(/[-:T]|\.\d+/gu, "");
  return der(0x18, Buffer.from(digits));
}

export type Extension = readonly [dotted: string, critical: boolean, value: Uint8Array];

export const EXTENSION = {
  ca: (pathLength?: number): Extension => [
    "2.5.29.19",
    true,
    der(
      0x30,
      der(0x01, Buffer.of(0xff)),
      ...(pathLength === undefined ? [] : [der(0x02, Buffer.of(pathLength))]),
    ),
  ],
  notCa: ["2.5.29.19", true, der(0x30)] as Extension,
  /** Bits as RFC 5280 numbers them, from the highest: 0x80 digitalSignature, 0x04 keyCertSign. */
  keyUsage: (bits: number): Extension => ["2.5.29.15", true, der(0x03, Buffer.of(0, bits))],
  extendedKeyUsage: (...usages: readonly string[]): Extension => [
    "2.5.29.37",
    false,
    der(0x30, ...usages.map(oid)),
  ],
  alternativeName: (mail: string): Extension => ["2.5.29.17", false, der(0x30, der(0x81, Buffer.from(mail)))],
};

export const CODE_SIGNING = "1.3.6.1.5.5.7.3.3";
export const SERVER = "1.3.6.1.5.5.7.3.1";

export interface CertificateOptions {
  readonly subject: string;
  readonly key: KeyObject;
  readonly issuer?: string;
  /** Of the issuer; its own when absent. */
  readonly issuerKey?: KeyObject;
  readonly notBefore?: Date;
  readonly notAfter?: Date;
  readonly extensions?: readonly Extension[];
  readonly hash?: "sha256" | "sha1";
}

const ALGORITHMS = {
  "ec sha256": () => der(0x30, oid("1.2.840.10045.4.3.2")),
  "ec sha1": () => der(0x30, oid("1.2.840.10045.4.1")),
  "rsa sha256": () => der(0x30, oid("1.2.840.113549.1.1.11"), der(0x05)),
  "ed25519 sha256": () => der(0x30, oid("1.3.101.112")),
} as const;

/** DER of a certificate of version 3. */
export function certificate(options: CertificateOptions): Buffer {
  const issuerKey = options.issuerKey ?? options.key;
  const hash = options.hash ?? "sha256";
  const kind = `${issuerKey.asymmetricKeyType} ${hash}`;
  if (!(kind in ALGORITHMS)) throw new TypeError(kind);
  const algorithm = ALGORITHMS[kind as keyof typeof ALGORITHMS]();
  const body = der(
    0x30,
    der(0xa0, der(0x02, Buffer.of(2))),
    der(0x02, Buffer.of(0x11)),
    algorithm,
    name(options.issuer ?? options.subject),
    der(
      0x30,
      time(options.notBefore ?? new Date("2026-01-01")),
      time(options.notAfter ?? new Date("2027-01-01")),
    ),
    name(options.subject),
    publicPart(options.key),
    der(0xa3, der(0x30, ...(options.extensions ?? []).map(extension))),
  );
  const signature = cryptoSign(issuerKey.asymmetricKeyType === "ed25519" ? null : hash, body, issuerKey);
  return der(0x30, body, algorithm, der(0x03, Buffer.of(0), signature));
}

function publicPart(key: KeyObject): Buffer {
  return key.type === "public"
    ? key.export({ type: "spki", format: "der" })
    : Buffer.from(publicKey(key).export({ type: "spki", format: "der" }));
}

function publicKey(key: KeyObject): KeyObject {
  const pair = PAIRS.get(key);
  if (pair === undefined) throw new TypeError("not a key of newPair");
  return pair;
}

const PAIRS = new WeakMap<KeyObject, KeyObject>();

export function newPair(kind: "ec" | "ed25519" | "rsa" = "ec", bits = 2048): KeyObject {
  const { privateKey, publicKey: known } =
    kind === "ec"
      ? generateKeyPairSync("ec", { namedCurve: "P-256" })
      : kind === "ed25519"
        ? generateKeyPairSync("ed25519")
        : generateKeyPairSync("rsa", { modulusLength: bits });
  PAIRS.set(privateKey, known);
  return privateKey;
}

function extension([dotted, critical, value]: Extension): Buffer {
  return der(0x30, oid(dotted), ...(critical ? [der(0x01, Buffer.of(0xff))] : []), der(0x04, value));
}

export function pemOf(raw: Uint8Array): string {
  const body = Buffer.from(raw).toString("base64").replaceAll(/.{64}/gu, "$&\n");
  return `-----BEGIN CERTIFICATE-----\n${body.trimEnd()}\n-----END CERTIFICATE-----\n`;
}
