import { encodeBase64 } from "../bundle/base64.ts";
import { preAuthEncoding } from "../bundle/dsse.ts";
import { bundleDocument } from "../bundle/write.ts";
import { SigningError } from "../errors.ts";
import type { BundleSigner } from "../sign.ts";
import type { Certificate } from "../x509/certificate.ts";
import type { PrivateKey } from "./private-key.ts";
import { publicKeyOf } from "./public-key.ts";

/**
 * Signs by a private key and puts its certificate, and those that lead to the root, into the signature.
 * @param leaf the certificate of `key`
 * @param chain the others, from the leaf's issuer on
 * @throws {SigningError} `key-unusable` when the certificate is another key's
 */
export function certificateSigner(
  key: PrivateKey,
  leaf: Certificate,
  chain: readonly Certificate[],
): BundleSigner {
  const certified = publicKeyOf(leaf.x509.publicKey, "the signing certificate's key");
  if (certified.fingerprint !== key.publicKey.fingerprint) {
    throw new SigningError("key-unusable", "the signing certificate is not of the private key", {
      advice: "give the certificate of this key",
    });
  }
  const certificates = [leaf, ...chain].map(({ raw }) => ({ rawBytes: encodeBase64(raw) }));
  return {
    async sign(payloadType, payload) {
      const sig = await key.sign(preAuthEncoding(payloadType, payload));
      const material = { x509CertificateChain: { certificates }, tlogEntries: [] };
      return bundleDocument(material, { payloadType, payload, signatures: [{ sig, keyid: "" }] });
    },
  };
}
