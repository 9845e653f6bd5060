import { generateKeyPairSync, type KeyObject, sign, X509Certificate } from "node:crypto";
import type { TrustMaterial } from "@sigstore/verify";
import { encodeBase64 } from "../bundle/base64.ts";
import { preAuthEncoding } from "../bundle/dsse.ts";
import { parseBundle } from "../bundle/parse.ts";
import { type BundleDocument, bundleDocument } from "../bundle/write.ts";
import type { BundleSigner } from "../sign.ts";
import type { IdentityToken } from "./identity-token.ts";
import { certify, logEnvelope, type SigstoreServices } from "./services.ts";
import { verifySigstore } from "./verify.ts";

export interface SigstoreSigning {
  readonly token: IdentityToken;
  readonly services: SigstoreServices;
  /** Who must vouch for the result: what does not verify is not handed out. */
  readonly root: TrustMaterial;
}

/**
 * Signs without a key of one's own: a fresh one is certified by Fulcio for the token's identity, used once, logged by
 * Rekor and forgotten.
 */
export function sigstoreSigner({ token, services, root }: SigstoreSigning): BundleSigner {
  return {
    async sign(payloadType, payload) {
      const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
      const spki = publicKey.export({ type: "spki", format: "pem" }).toString();
      const leaf = await certify(services.fulcio, token, spki, ecdsa(privateKey, Buffer.from(token.subject)));
      const sig = ecdsa(privateKey, preAuthEncoding(payloadType, payload));
      const envelope = { payloadType, payload, signatures: [{ sig, keyid: "" }] };
      const logged = JSON.stringify({
        payload: encodeBase64(payload),
        payloadType,
        signatures: [{ sig: encodeBase64(sig) }],
      });
      const entry = await logEnvelope(services.rekor, logged, new X509Certificate(leaf).toString());
      const material = { certificate: { rawBytes: encodeBase64(leaf) }, tlogEntries: [entry] };
      return verified(bundleDocument(material, envelope), root);
    },
  };
}

function ecdsa(key: KeyObject, bytes: Uint8Array): Uint8Array {
  return sign("sha256", bytes, key);
}

/** @throws {SigningError} when a service answered with what nobody would accept */
function verified(document: BundleDocument, root: TrustMaterial): BundleDocument {
  verifySigstore(parseBundle(Buffer.from(JSON.stringify(document))), root);
  return document;
}
