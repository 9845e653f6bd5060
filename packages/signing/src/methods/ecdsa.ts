import { verify as cryptoVerify } from "node:crypto";
import type { KeyType } from "../verifier.ts";
import type { PublicKey } from "./public-key.ts";

/** Which hash each kind of key signs with; Ed25519 hashes by itself. */
export const KEY_HASH: Readonly<Record<KeyType, "sha256" | "sha384" | "sha512" | null>> = {
  "P-256": "sha256",
  "P-384": "sha384",
  "P-521": "sha512",
  Ed25519: null,
};

const SCALAR_BYTES: Readonly<Record<Exclude<KeyType, "Ed25519">, number>> = {
  "P-256": 32,
  "P-384": 48,
  "P-521": 66,
};

/**
 * Verifies one signature over bytes.
 * @param signature DER for the curves (only in its one canonical form), 64 raw bytes for Ed25519
 * @param hash other than the key's own only for signatures of 0.1 and 0.2, which took SHA-256 for every curve
 */
export function verifySignature(
  key: PublicKey,
  data: Uint8Array,
  signature: Uint8Array,
  hash: "sha256" | "sha384" | "sha512" | null = KEY_HASH[key.type],
): boolean {
  if (key.type === "Ed25519")
    return signature.byteLength === 64 && cryptoVerify(null, data, key.key, signature);
  return isCanonicalEcdsa(signature, SCALAR_BYTES[key.type]) && cryptoVerify(hash, data, key.key, signature);
}

/**
 * Whether bytes are the one DER form of `SEQUENCE { r INTEGER, s INTEGER }` with positive numbers that fit the curve:
 * shortest lengths, no needless zeros, nothing behind. OpenSSL then checks the numbers themselves.
 */
function isCanonicalEcdsa(bytes: Uint8Array, scalarBytes: number): boolean {
  const long = (bytes[1] ?? 0) === 0x81;
  const header = long ? 3 : 2;
  const length = bytes[header - 1] ?? 0;
  if (bytes[0] !== 0x30 || length + header !== bytes.byteLength || (long ? length < 0x80 : length >= 0x80)) {
    return false;
  }
  const afterR = integerEnd(bytes, header, scalarBytes);
  return afterR !== undefined && integerEnd(bytes, afterR, scalarBytes) === bytes.byteLength;
}

function integerEnd(bytes: Uint8Array, at: number, scalarBytes: number): number | undefined {
  const length = bytes[at + 1] ?? 0;
  const end = at + 2 + length;
  if (bytes[at] !== 0x02 || length === 0 || length > scalarBytes + 1 || end > bytes.byteLength)
    return undefined;
  const first = bytes[at + 2] ?? 0;
  if (first >= 0x80) return undefined;
  const needless = first === 0 && length > 1 && (bytes[at + 3] ?? 0) < 0x80;
  return needless || (first === 0 && length === 1) ? undefined : end;
}
