import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { SigningError } from "../errors.ts";
import { KEY_HASH, verifySignature } from "../methods/ecdsa.ts";
import type { PrivateKey } from "../methods/private-key.ts";
import { type PublicKey, publicKeyOf } from "../methods/public-key.ts";
import { moduleOf } from "./module.ts";
import { publicObject } from "./public-object.ts";
import { runTool } from "./tool.ts";
import type { Pkcs11Uri } from "./uri.ts";

/**
 * A private key that stays in its token (HSM, smart card, SoftHSM); `pkcs11-tool` of OpenSC asks it to sign.
 * @param pin the user's PIN, when the URI holds none
 * @throws {SigningError} `key-unusable` when token or key are not there or the PIN is wrong, `io` without OpenSC
 */
export function pkcs11Key(uri: Pkcs11Uri, pin: string | undefined): PrivateKey {
  const which = [
    ...["--module", moduleOf(uri)],
    ...(uri.token === undefined ? [] : ["--token-label", uri.token]),
    ...(uri.slotId === undefined ? [] : ["--slot", String(uri.slotId)]),
  ];
  const secret = pinOf(uri) ?? pin;
  const known = secret === undefined ? {} : { pin: secret };
  const listing = runTool({ argv: [...which, "--list-objects", "--type", "pubkey"], ...known });
  const { key, id } = publicObject(listing.toString(), uri);
  const publicKey = publicKeyOf(key, "the token's key");
  return {
    publicKey,
    sign(data) {
      const signature = runTool({
        argv: [...which, "--id", id, "--sign", ...mechanism(publicKey)],
        input: toSign(publicKey, data),
        ...known,
      });
      // The public object lies beside the private one and need not be its own.
      if (verifySignature(publicKey, data, signature)) return signature;
      throw new SigningError("key-unusable", "the token's signature does not fit its public key", {
        advice: "name the key by its id",
      });
    },
  };
}

/** The PIN that the URI holds or points to. @throws {SigningError} `key-unusable` */
export function pinOf({ pinValue, pinSource }: Pkcs11Uri): string | undefined {
  if (pinValue !== undefined || pinSource === undefined) return pinValue;
  const path = pinSource.startsWith("file:") ? pinSource.slice(5).replace(/^\/\/(?=\/)/u, "") : pinSource;
  if (pinSource.startsWith("|"))
    throw new SigningError("key-unusable", "pin-source names a program", { advice: "name a file" });
  try {
    return readFileSync(path, "utf8").replace(/\r?\n$/u, "");
  } catch (cause) {
    throw new SigningError("key-unusable", `the PIN's file ${path} cannot be read`, { cause });
  }
}

/** Tokens sign digests by the curves and whole messages by Edwards keys. */
function mechanism({ type }: PublicKey): string[] {
  return type === "Ed25519"
    ? ["--mechanism", "EDDSA"]
    : ["--mechanism", "ECDSA", "--signature-format", "openssl"];
}

function toSign({ type }: PublicKey, data: Uint8Array): Uint8Array {
  const hash = KEY_HASH[type];
  return hash === null ? data : createHash(hash).update(data).digest();
}
