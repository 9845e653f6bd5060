import { createHash, generateKeyPairSync, sign } from "node:crypto";
import { spki } from "./certificate.ts";
import { inclusionProof, leafHash, treeHash } from "./merkle.ts";

const sha256 = (bytes: Uint8Array): Buffer => createHash("sha256").update(bytes).digest();
export const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64");

export interface DsseEnvelope {
  readonly payload: string;
  readonly payloadType: string;
  readonly signatures: readonly { readonly sig: string }[];
}

/** An entry as a bundle holds it. */
export interface LogEntry {
  logIndex: string;
  logId: { keyId: string };
  kindVersion: { kind: string; version: string };
  integratedTime: string;
  inclusionPromise?: { signedEntryTimestamp: string };
  inclusionProof?: {
    logIndex: string;
    rootHash: string;
    treeSize: string;
    hashes: string[];
    checkpoint: { envelope: string };
  };
  canonicalizedBody: string;
}

/** A transparency log that speaks Rekor's first version: one key, and a tree in which some entries of others lie. */
export class FakeLog {
  readonly url: string;
  readonly #key = generateKeyPairSync("ec", { namedCurve: "P-256" });
  readonly #leaves: Buffer[] = Array.from({ length: 5 }, (_, index) =>
    leafHash(Buffer.from(`entry ${index}`)),
  );

  constructor(url = "https://rekor.test") {
    this.url = url;
  }

  get id(): Buffer {
    return sha256(spki(this.#key.publicKey));
  }

  /** Logs an envelope: a `dsse` entry of version 0.0.1. @param pem the signer's certificate */
  add(envelope: DsseEnvelope, pem: string, at: Date): LogEntry {
    const body = Buffer.from(
      canonical({
        apiVersion: "0.0.1",
        kind: "dsse",
        spec: {
          envelopeHash: {
            algorithm: "sha256",
            value: sha256(Buffer.from(canonical(envelope))).toString("hex"),
          },
          payloadHash: {
            algorithm: "sha256",
            value: sha256(Buffer.from(envelope.payload, "base64")).toString("hex"),
          },
          signatures: envelope.signatures.map(({ sig }) => ({
            signature: sig,
            verifier: base64(Buffer.from(pem)),
          })),
        },
      }),
    );
    const index = this.#leaves.push(leafHash(body)) - 1;
    this.#leaves.push(leafHash(Buffer.from(`after ${index}`)));
    const integratedTime = Math.floor(at.getTime() / 1000);
    const promised = { body: base64(body), integratedTime, logID: this.id.toString("hex"), logIndex: index };
    return {
      logIndex: String(index),
      logId: { keyId: base64(this.id) },
      kindVersion: { kind: "dsse", version: "0.0.1" },
      integratedTime: String(integratedTime),
      inclusionPromise: { signedEntryTimestamp: base64(this.#sign(Buffer.from(canonical(promised)))) },
      inclusionProof: this.#prove(index),
      canonicalizedBody: base64(body),
    };
  }

  /** This log in a trusted root. */
  trusted(validFor: object = { start: "2020-01-01T00:00:00Z" }): object {
    return {
      baseUrl: this.url,
      hashAlgorithm: "SHA2_256",
      publicKey: {
        rawBytes: base64(spki(this.#key.publicKey)),
        keyDetails: "PKIX_ECDSA_P256_SHA_256",
        validFor,
      },
      logId: { keyId: base64(this.id) },
    };
  }

  #prove(index: number): NonNullable<LogEntry["inclusionProof"]> {
    const root = treeHash(this.#leaves);
    const size = this.#leaves.length;
    const { host } = new URL(this.url);
    const note = `${host} - 1\n${size}\n${base64(root)}\n`;
    const signature = Buffer.concat([this.id.subarray(0, 4), this.#sign(Buffer.from(note))]);
    return {
      logIndex: String(index),
      rootHash: base64(root),
      treeSize: String(size),
      hashes: inclusionProof(this.#leaves, index).map(base64),
      checkpoint: { envelope: `${note}\n— ${host} ${base64(signature)}\n` },
    };
  }

  #sign(bytes: Uint8Array): Buffer {
    return sign("sha256", bytes, this.#key.privateKey);
  }
}

/** JSON with sorted keys and no white space: https://www.rfc-editor.org/rfc/rfc8785 for what is written here. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, inner]) => `${JSON.stringify(key)}:${canonical(inner)}`).join(",")}}`;
}
