import { SigningError } from "../errors.ts";
import { type Certificate, parseCertificate } from "./certificate.ts";

const BLOCK = /-----BEGIN CERTIFICATE-----\s*([A-Za-z0-9+/=\s]*?)-----END CERTIFICATE-----/gu;
const MAX_CERTIFICATES = 1024;

/**
 * Reads all certificates of a PEM file that the caller named; text between them is passed over.
 * @param name of the file, for messages
 * @throws {SigningError} `key-unusable` when there is none, or one cannot be read
 */
export function parseCertificates(pem: Uint8Array, name: string): readonly Certificate[] {
  const text = Buffer.from(pem).toString("latin1");
  const blocks = [...text.matchAll(BLOCK)].map(([, body = ""]) => body.replaceAll(/\s/gu, ""));
  const announced = text.match(/-----BEGIN CERTIFICATE-----/gu)?.length ?? 0;
  if (blocks.length === 0 || blocks.length !== announced) {
    throw unusable(`${name} holds ${announced === 0 ? "no certificate" : "a damaged certificate"} in PEM`);
  }
  if (blocks.length > MAX_CERTIFICATES)
    throw unusable(`${name} holds more than ${MAX_CERTIFICATES} certificates`);
  try {
    return blocks.map((body) => parseCertificate(Buffer.from(body, "base64")));
  } catch (cause) {
    throw unusable(`${name}: ${cause instanceof Error ? cause.message : String(cause)}`, cause);
  }
}

function unusable(message: string, cause?: unknown): SigningError {
  return new SigningError("key-unusable", message, { cause, advice: "give certificates in PEM" });
}
