import { X509Certificate } from "node:crypto";
import { SigningError } from "../errors.ts";
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from "../json/value.ts";
import type { IdentityToken } from "./identity-token.ts";
import { count, object, requestJson, text, texts } from "./request.ts";

/** Addresses of the services that make keyless signatures. */
export interface SigstoreServices {
  readonly fulcio: URL;
  /** A transparency log of Rekor's first version. */
  readonly rekor: URL;
}

export const PUBLIC_SERVICES = {
  production: {
    fulcio: new URL("https://fulcio.sigstore.dev"),
    rekor: new URL("https://rekor.sigstore.dev"),
  },
  staging: { fulcio: new URL("https://fulcio.sigstage.dev"), rekor: new URL("https://rekor.sigstage.dev") },
} as const;

/**
 * The services of a trust configuration that are in force.
 * @throws {SigningError} `unsupported` when there is none of the version that is spoken here
 */
export function servicesOf(signingConfig: JsonObject, now: Date): SigstoreServices {
  return {
    fulcio: serviceOf(signingConfig, "caUrls", now),
    rekor: serviceOf(signingConfig, "rekorTlogUrls", now),
  };
}

function serviceOf(config: JsonObject, key: string, now: Date): URL {
  const listed = config.get(key);
  for (const service of isJsonArray(listed) ? listed : []) {
    if (!isJsonObject(service) || service.get("majorApiVersion") !== 1) continue;
    const url = service.get("url");
    if (typeof url === "string" && URL.canParse(url) && isInForce(service.get("validFor"), now))
      return new URL(url);
  }
  throw new SigningError(
    "unsupported",
    `the trust configuration names no service in force under ${key} with API version 1`,
    {
      advice: "name one with --fulcio-url and --rekor-url",
    },
  );
}

function isInForce(validFor: JsonValue | undefined, now: Date): boolean {
  if (!isJsonObject(validFor)) return true;
  const [start, end] = [validFor.get("start"), validFor.get("end")];
  return (
    (typeof start !== "string" || new Date(start) <= now) && (typeof end !== "string" || now <= new Date(end))
  );
}

/**
 * Has a key certified for the token's identity.
 * @param pem SubjectPublicKeyInfo @param proof signature over the token's subject
 * @returns the leaf, DER
 * @see https://github.com/sigstore/fulcio/blob/main/fulcio.proto
 */
export async function certify(
  fulcio: URL,
  token: IdentityToken,
  pem: string,
  proof: Uint8Array,
): Promise<Uint8Array> {
  const answer = await requestJson(at(fulcio, "/api/v2/signingCert"), {
    body: {
      credentials: { oidcIdentityToken: token.jwt },
      publicKeyRequest: {
        publicKey: { algorithm: "ECDSA", content: pem },
        proofOfPossession: Buffer.from(proof).toString("base64"),
      },
    },
  });
  const [leaf = ""] = texts(object(object(answer, "signedCertificateEmbeddedSct"), "chain"), "certificates");
  try {
    return new X509Certificate(leaf).raw;
  } catch (cause) {
    throw new SigningError("io", "Fulcio answered no certificate", { cause });
  }
}

/**
 * Has an envelope logged.
 * @param envelope DSSE's JSON @param pem the signer's certificate
 * @returns the entry as a bundle holds it
 * @see https://github.com/sigstore/rekor/blob/main/openapi.yaml
 */
export async function logEnvelope(rekor: URL, envelope: string, pem: string): Promise<object> {
  const answer = await requestJson(at(rekor, "/api/v1/log/entries"), {
    body: {
      apiVersion: "0.0.1",
      kind: "dsse",
      spec: { proposedContent: { envelope, verifiers: [Buffer.from(pem).toString("base64")] } },
    },
  });
  const [uuid = "", ...more] = Object.keys(answer);
  if (more.length > 0) throw new SigningError("io", "Rekor answered several entries");
  const entry = object(answer, uuid);
  const verification = object(entry, "verification");
  const proof = object(verification, "inclusionProof");
  return {
    logIndex: String(count(entry, "logIndex")),
    logId: { keyId: fromHex(text(entry, "logID")) },
    kindVersion: { kind: "dsse", version: "0.0.1" },
    integratedTime: String(count(entry, "integratedTime")),
    inclusionPromise: { signedEntryTimestamp: text(verification, "signedEntryTimestamp") },
    inclusionProof: {
      logIndex: String(count(proof, "logIndex")),
      rootHash: fromHex(text(proof, "rootHash")),
      treeSize: String(count(proof, "treeSize")),
      hashes: texts(proof, "hashes").map(fromHex),
      checkpoint: { envelope: text(proof, "checkpoint") },
    },
    canonicalizedBody: text(entry, "body"),
  };
}

function fromHex(hex: string): string {
  return Buffer.from(hex, "hex").toString("base64");
}

function at(base: URL, path: string): URL {
  const url = new URL(base);
  url.pathname = `${url.pathname.replace(/\/+$/u, "")}${path}`;
  return url;
}
