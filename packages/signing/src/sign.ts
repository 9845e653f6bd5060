import { IN_TOTO_PAYLOAD } from "./bundle/dsse.ts";
import type { BundleDocument } from "./bundle/write.ts";
import type { Manifest, ReadOptions } from "./manifest/manifest.ts";
import { statementOf } from "./manifest/write-statement.ts";

/** One way to make a signature: by a key, a certificate, a token, sigstore. */
export interface BundleSigner {
  /**
   * Signs one payload.
   * @param payloadType DSSE's, what the payload is
   * @throws {SigningError} `key-unusable`, `io`
   */
  sign(payloadType: string, payload: Uint8Array): BundleDocument | Promise<BundleDocument>;
}

/**
 * Signs a manifest.
 * @param manifest from `hashModel`
 * @returns the signature file's bytes
 * @throws {SigningError} `manifest-invalid` when no verifier would take the names, and what the signer throws
 */
export async function signManifest(
  manifest: Manifest,
  signer: BundleSigner,
  options: ReadOptions = {},
): Promise<Uint8Array> {
  const document = await signer.sign(IN_TOTO_PAYLOAD, statementOf(manifest, options));
  return Buffer.from(JSON.stringify(document));
}
