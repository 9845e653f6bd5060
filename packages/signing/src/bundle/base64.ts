import { SigningError } from "../errors.ts";

const CHARACTERS = /^[A-Za-z0-9+/]*={0,2}$/u;

/**
 * Decodes standard, padded base64 (RFC 4648 §4) of exactly one spelling: no URL alphabet, no white space, no missing
 * or surplus padding, no bits beyond the data.
 * @param where names the field in messages
 * @throws {SigningError} `bundle-malformed`
 */
export function decodeBase64(text: string, where: string): Uint8Array {
  const bytes = Buffer.from(text, "base64");
  // Encoding again finds every lenient spelling that the decoder let pass.
  if (!CHARACTERS.test(text) || bytes.toString("base64") !== text) {
    throw new SigningError("bundle-malformed", `${where} is not standard base64`);
  }
  return bytes;
}

export function encodeBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
}
