import { preAuthEncoding } from "../bundle/dsse.ts";
import { bundleDocument } from "../bundle/write.ts";
import type { BundleSigner } from "../sign.ts";
import type { PrivateKey } from "./private-key.ts";

/** Signs by a private key; the signature names the key by its hint, as 1.1 of the reference tool does. */
export function keySigner(key: PrivateKey): BundleSigner {
  return {
    async sign(payloadType, payload) {
      const sig = await key.sign(preAuthEncoding(payloadType, payload));
      const material = { publicKey: { hint: key.publicKey.hint }, tlogEntries: [] };
      return bundleDocument(material, { payloadType, payload, signatures: [{ sig, keyid: "" }] });
    },
  };
}
