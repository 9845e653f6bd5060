import type { PublicKeyMaterial } from "../bundle/bundle.ts";
import { SigningError } from "../errors.ts";
import type { KeySigner, Verifier } from "../verifier.ts";
import { checkSignatures } from "./envelope.ts";
import { parsePublicKey, type PublicKey } from "./public-key.ts";

/**
 * Verifies signatures by public keys.
 * @param keys that must all have signed; usually one
 */
export function keyVerifier(keys: readonly PublicKey[]): Verifier {
  return {
    method: "key",
    verify({ material, envelope }, { compatible }) {
      if (material.kind !== "public-key") {
        throw new SigningError(
          "signer-mismatch",
          "the signature was made with a certificate, not with a key",
          { advice: "verify it with certificate or sigstore" },
        );
      }
      checkHint(material, keys);
      return checkSignatures(envelope, keys, compatible).map((key) => signerOf(key));
    },
  };
}

function signerOf({ type, fingerprint }: PublicKey): KeySigner {
  return { method: "key", keyType: type, keyFingerprint: fingerprint };
}

/** What the signature says of its key is not signed; it must not contradict all the same. */
function checkHint({ hint, rawBytes }: PublicKeyMaterial, keys: readonly PublicKey[]): void {
  const hinted = rawBytes === undefined ? undefined : embeddedKey(rawBytes);
  const fits = (key: PublicKey) =>
    (hint === "" || hint === key.hint) && (hinted === undefined || hinted.fingerprint === key.fingerprint);
  if (keys.some(fits)) return;
  throw new SigningError("signer-mismatch", "the signature names another key than the given one");
}

function embeddedKey(pem: Uint8Array): PublicKey {
  try {
    return parsePublicKey(pem, "the key in the signature");
  } catch (cause) {
    // It came with the signature: no fault of the caller's key.
    throw new SigningError("bundle-malformed", cause instanceof Error ? cause.message : String(cause), {
      cause,
    });
  }
}
