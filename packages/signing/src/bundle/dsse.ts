import { pythonBytesRepr } from "./python-repr.ts";

/** The only payload type of model signatures. */
export const IN_TOTO_PAYLOAD = "application/vnd.in-toto+json";

/**
 * DSSE's pre-authentication encoding: what is really signed.
 * @see https://github.com/secure-systems-lab/dsse/blob/v1.0.0/protocol.md
 */
export function preAuthEncoding(payloadType: string, payload: Uint8Array): Uint8Array {
  const type = Buffer.from(payloadType, "utf8");
  return Buffer.concat([
    Buffer.from(`DSSEv1 ${type.byteLength} `),
    type,
    Buffer.from(` ${payload.byteLength} `),
    payload,
  ]);
}

/**
 * What versions 0.1 and 0.2 of the reference tool signed instead: `DSSEV1`, and the payload as Python prints bytes.
 * Wrong, but in use; as injective as the right one.
 * @see model_signing/signature/encoding.py of 0.2.0, `pae_compat` of 1.0.1 and later
 */
export function preAuthEncodingV02(payloadType: string, payload: Uint8Array): Uint8Array {
  const type = Buffer.from(payloadType, "utf8");
  return Buffer.from(
    `DSSEV1 ${type.byteLength} ${payloadType} ${payload.byteLength} ${pythonBytesRepr(payload)}`,
    "utf8",
  );
}
