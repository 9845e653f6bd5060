import type { Envelope, EnvelopeSignature } from "../bundle/bundle.ts";
import { preAuthEncoding, preAuthEncodingV02 } from "../bundle/dsse.ts";
import { SigningError } from "../errors.ts";
import { verifySignature } from "./ecdsa.ts";
import type { PublicKey } from "./public-key.ts";

/** Finds the key of a signature over an envelope; knows both encodings, and computes each once. */
export class EnvelopeCheck {
  readonly #envelope: Envelope;
  #right: Uint8Array | undefined;
  #old: Uint8Array | undefined;

  constructor(envelope: Envelope) {
    this.#envelope = envelope;
  }

  /** Whether the key made the signature, in DSSE's encoding or in that of 0.1 and 0.2 (always with SHA-256). */
  isBy(key: PublicKey, { sig }: EnvelopeSignature): boolean {
    const { payloadType, payload } = this.#envelope;
    this.#right ??= preAuthEncoding(payloadType, payload);
    if (verifySignature(key, this.#right, sig)) return true;
    if (key.type === "Ed25519") return false;
    this.#old ??= preAuthEncodingV02(payloadType, payload);
    return verifySignature(key, this.#old, sig, "sha256");
  }
}

/**
 * Checks every signature of an envelope: each must be by one of the keys, and each key must have signed.
 * In compatible mode only the first signature counts, as for the reference tool.
 * @returns the keys that signed, in the order of `keys`
 * @throws {SigningError} `signature-invalid`
 */
export function checkSignatures(
  envelope: Envelope,
  keys: readonly PublicKey[],
  compatible: boolean,
): readonly PublicKey[] {
  const check = new EnvelopeCheck(envelope);
  const counted = compatible ? envelope.signatures.slice(0, 1) : envelope.signatures;
  const signed = new Set(counted.map((signature, index) => signerOf(check, signature, index, keys)));
  const idle = keys.find((key) => !signed.has(key));
  if (idle !== undefined && !compatible) {
    throw new SigningError("signature-invalid", `the key ${idle.fingerprint} did not sign`);
  }
  return keys.filter((key) => signed.has(key));
}

function signerOf(
  check: EnvelopeCheck,
  signature: EnvelopeSignature,
  index: number,
  keys: readonly PublicKey[],
): PublicKey {
  const key = keys.find((one) => check.isBy(one, signature));
  if (key !== undefined) return key;
  const which = index === 0 ? "the signature" : `signature ${index + 1} of the envelope`;
  throw new SigningError(
    "signature-invalid",
    `${which} is not by ${keys.length === 1 ? "the given key" : "any of the given keys"}, or what was signed is changed`,
  );
}
