import { createPrivateKey, createPublicKey, type KeyObject, sign as cryptoSign } from "node:crypto";
import { SigningError } from "../errors.ts";
import { KEY_HASH } from "./ecdsa.ts";
import { type PublicKey, publicKeyOf } from "./public-key.ts";

/** A private key of a kind that signs models. */
export interface PrivateKey {
  readonly publicKey: PublicKey;
  /** DER for the curves, 64 raw bytes for Ed25519. */
  sign(data: Uint8Array): Uint8Array | Promise<Uint8Array>;
}

/** Whether a PEM needs a password: PKCS #8 says so in its label, the older forms in a header. */
export function isEncrypted(pem: Uint8Array): boolean {
  return /-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type: *4,ENCRYPTED/mu.test(
    Buffer.from(pem).toString("latin1"),
  );
}

/**
 * Reads a private key in PEM: PKCS #8, SEC 1, encrypted or not.
 * @param name of the file, for messages; the message never holds the password
 * @throws {SigningError} `key-unusable`
 */
export function parsePrivateKey(pem: Uint8Array, name: string, password?: string): PrivateKey {
  if (isEncrypted(pem) && password === undefined) {
    throw new SigningError("key-unusable", `${name} is encrypted`, { advice: "give --password" });
  }
  if (!isEncrypted(pem) && password !== undefined) {
    throw new SigningError("key-unusable", `${name} is not encrypted, but a password was given`, {
      advice: "leave it out",
    });
  }
  return privateKeyOf(keyFrom(pem, name, password), name);
}

function keyFrom(pem: Uint8Array, name: string, passphrase: string | undefined): KeyObject {
  try {
    const key = Buffer.from(pem);
    return createPrivateKey({ key, format: "pem", ...(passphrase === undefined ? {} : { passphrase }) });
  } catch (cause) {
    const why =
      passphrase === undefined
        ? "holds no private key in PEM"
        : "cannot be decrypted: the password is wrong, or the file damaged";
    throw new SigningError("key-unusable", `${name} ${why}`, { cause });
  }
}

function privateKeyOf(key: KeyObject, name: string): PrivateKey {
  const publicKey = publicKeyOf(createPublicKey(key), name);
  return { publicKey, sign: (data) => cryptoSign(KEY_HASH[publicKey.type], data, key) };
}
