import { createHash, createPublicKey, type KeyObject } from "node:crypto";
import { SigningError } from "../errors.ts";
import type { KeyType } from "../verifier.ts";

/** A public key of a kind that signs models, and the names it goes by. */
export interface PublicKey {
  readonly type: KeyType;
  readonly key: KeyObject;
  /** SHA-256 of the SubjectPublicKeyInfo in DER, lower-case hexadecimal. */
  readonly fingerprint: string;
  /** SHA-256 of the PEM, lower-case hexadecimal: what 1.1 and later call the key in a signature. */
  readonly hint: string;
}

const CURVES: ReadonlyMap<string, KeyType> = new Map([
  ["prime256v1", "P-256"],
  ["secp384r1", "P-384"],
  ["secp521r1", "P-521"],
]);

/**
 * Reads a public key as the caller gives it: SubjectPublicKeyInfo in PEM.
 * @param name of the file, for messages
 * @throws {SigningError} `key-unusable`
 */
export function parsePublicKey(pem: Uint8Array, name: string): PublicKey {
  const text = Buffer.from(pem).toString("latin1");
  const blocks = text.match(/-----BEGIN [A-Z0-9 ]+-----/gu) ?? [];
  if (blocks.length !== 1 || blocks[0] !== "-----BEGIN PUBLIC KEY-----") {
    throw unusable(`${name} is not one public key in PEM (BEGIN PUBLIC KEY)`);
  }
  try {
    return publicKeyOf(createPublicKey({ key: text, format: "pem" }), name);
  } catch (cause) {
    if (cause instanceof SigningError) throw cause;
    throw unusable(`${name} holds no public key that can be read`, cause);
  }
}

/**
 * Names a key, and refuses the kinds that sign no models.
 * @throws {SigningError} `key-unusable` with the kind
 */
export function publicKeyOf(given: KeyObject, name: string): PublicKey {
  const type = typeOf(given, name);
  const key = isCanonical(given, type) ? given : canonical(given);
  return {
    type,
    key,
    fingerprint: sha256(key.export({ type: "spki", format: "der" })),
    hint: sha256(key.export({ type: "spki", format: "pem" })),
  };
}

function typeOf(key: KeyObject, name: string): KeyType {
  const kind = key.asymmetricKeyType ?? "unknown";
  if (kind === "ed25519") return "Ed25519";
  const curve = key.asymmetricKeyDetails?.namedCurve ?? "";
  const type = kind === "ec" ? CURVES.get(curve) : undefined;
  if (type !== undefined) return type;
  throw unusable(`${name} is a key of the kind ${kind} ${curve}`.trimEnd());
}

/** Length of the SubjectPublicKeyInfo of a named curve with an uncompressed point, and of an Edwards key. */
const SPKI_BYTES: Readonly<Record<KeyType, number>> = {
  "P-256": 91,
  "P-384": 120,
  "P-521": 158,
  Ed25519: 44,
};

function isCanonical(key: KeyObject, type: KeyType): boolean {
  return key.export({ type: "spki", format: "der" }).byteLength === SPKI_BYTES[type];
}

/** Through its coordinates: one key has one spelling then, whatever form its point was written in. */
function canonical(key: KeyObject): KeyObject {
  return createPublicKey({ key: key.export({ format: "jwk" }), format: "jwk" });
}

function sha256(bytes: string | Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

function unusable(message: string, cause?: unknown): SigningError {
  return new SigningError("key-unusable", message, { cause });
}
