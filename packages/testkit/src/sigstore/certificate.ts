import { createHash, type KeyObject, sign } from "node:crypto";
import { bits, explicit, implicit, integer, octets, oid, sequence, set, TRUE, utcTime, utf8 } from "./der.ts";

export interface CertificateFields {
  readonly subject: string;
  readonly issuer: string;
  readonly publicKey: KeyObject;
  /** Private key of whoever issues it. */
  readonly issuerKey: KeyObject;
  /** The issuer's public key, for the authority key identifier. */
  readonly issuerPublicKey: KeyObject;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly serial: number;
  readonly extensions: readonly Buffer[];
}

export const spki = (key: KeyObject): Buffer => key.export({ type: "spki", format: "der" });
const keyId = (key: KeyObject): Buffer => createHash("sha1").update(spki(key)).digest();

const ECDSA_SHA256 = sequence(oid("1.2.840.10045.4.3.2"));

/** What is signed of a certificate; for a precertificate the same without the list of timestamps. */
export function tbsCertificate(fields: CertificateFields): Buffer {
  const { subject, issuer, publicKey, issuerPublicKey, notBefore, notAfter, serial, extensions } = fields;
  return sequence(
    explicit(0, integer(2)),
    integer(serial),
    ECDSA_SHA256,
    name(issuer),
    sequence(utcTime(notBefore), utcTime(notAfter)),
    subject === "" ? sequence() : name(subject),
    spki(publicKey),
    explicit(
      3,
      sequence(
        extension("2.5.29.14", octets(keyId(publicKey))),
        extension("2.5.29.35", sequence(implicit(0, keyId(issuerPublicKey)))),
        ...extensions,
      ),
    ),
  );
}

/** DER of a certificate signed with ECDSA and SHA-256. */
export function certificate(fields: CertificateFields): Buffer {
  const tbs = tbsCertificate(fields);
  return sequence(tbs, ECDSA_SHA256, bits(sign("sha256", tbs, fields.issuerKey)));
}

function name(commonName: string): Buffer {
  return sequence(set(sequence(oid("2.5.4.3"), utf8(commonName))));
}

export function extension(id: string, value: Uint8Array, critical = false): Buffer {
  return sequence(oid(id), ...(critical ? [TRUE] : []), octets(value));
}

export const authorityExtensions = (): Buffer[] => [
  extension("2.5.29.19", sequence(TRUE), true),
  // keyCertSign, cRLSign
  extension("2.5.29.15", bits(Buffer.from([0x06]), 1), true),
];

/** @param bitsSet 0x80 is digitalSignature @param purposes extended key usages */
export const leafExtensions = (bitsSet: number, purposes: readonly string[]): Buffer[] => [
  extension("2.5.29.15", bits(Buffer.from([bitsSet]), 7), true),
  ...(purposes.length === 0
    ? []
    : [extension("2.5.29.37", sequence(...purposes.map((purpose) => oid(purpose))))]),
];

export const pem = (der: Uint8Array): string =>
  `-----BEGIN CERTIFICATE-----\n${Buffer.from(der)
    .toString("base64")
    .replaceAll(/.{64}(?=.)/gu, "$&\n")}\n-----END CERTIFICATE-----\n`;
