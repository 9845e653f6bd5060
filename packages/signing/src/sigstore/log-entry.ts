import type { Bundle as SigstoreBundle } from "@sigstore/bundle";
import type { TrustMaterial } from "@sigstore/verify";
import { SigningError } from "../errors.ts";
import { parseStrictJson } from "../json/strict.ts";
import { isJsonObject, type JsonValue } from "../json/value.ts";

type LogEntry = SigstoreBundle["verificationMaterial"]["tlogEntries"][number];

/** Where an entry of each kind keeps the certificate of its signer. `*` is the only element of a list. */
const VERIFIER: ReadonlyMap<string, readonly string[]> = new Map([
  ["dsse 0.0.1", ["spec", "signatures", "*", "verifier"]],
  ["dsse 0.0.2", ["spec", "dsseV002", "signatures", "*", "verifier", "x509Certificate", "rawBytes"]],
  [
    "hashedrekord 0.0.2",
    ["spec", "hashedRekordV002", "signature", "verifier", "x509Certificate", "rawBytes"],
  ],
  ["intoto 0.0.2", ["spec", "content", "envelope", "signatures", "*", "publicKey"]],
]);

/**
 * What `@sigstore/verify` does not ask of a log entry: that there is an inclusion proof (a promise alone was never
 * checked against the log), that the log's key was valid at the entry's time, and that the logged certificate is the
 * one of the bundle.
 * @param times at which the signature is known to have existed
 * @throws {SigningError} `signature-invalid`, `unsupported`
 */
export function checkLogEntry(
  entry: LogEntry,
  certificate: Uint8Array,
  root: TrustMaterial,
  times: readonly Date[],
): void {
  if (entry.inclusionProof === undefined)
    throw invalid("comes without a proof that the transparency log holds it");
  const keyId = entry.logId.keyId;
  const logs = root.tlogs.filter((log) => log.logID.equals(keyId));
  const isValid = times.every((time) =>
    logs.some(({ validFor }) => validFor.start <= time && time <= validFor.end),
  );
  if (logs.length === 0 || !isValid)
    throw invalid("is in a transparency log whose key was not valid at its time");
  if (!loggedCertificate(entry).equals(certificate)) throw invalid("was logged with another certificate");
}

function loggedCertificate(entry: LogEntry): Buffer {
  const kind = `${entry.kindVersion.kind} ${entry.kindVersion.version}`;
  const path = VERIFIER.get(kind);
  if (path === undefined) {
    throw new SigningError(
      "unsupported",
      `the log entry is of the unknown kind ${JSON.stringify(kind.slice(0, 64))}`,
    );
  }
  const body = parseStrictJson(entry.canonicalizedBody, "the log entry");
  const found = path.reduce<JsonValue | undefined>(step, body);
  const bytes = Buffer.from(typeof found === "string" ? found : "", "base64");
  return fromPem(bytes) ?? bytes;
}

function step(value: JsonValue | undefined, key: string): JsonValue | undefined {
  if (key === "*") return Array.isArray(value) && value.length === 1 ? value[0] : undefined;
  return isJsonObject(value) ? value.get(key) : undefined;
}

/** Entries of the first log hold PEM in base64. */
function fromPem(bytes: Buffer): Buffer | undefined {
  const pem = /^-----BEGIN CERTIFICATE-----\s([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----\s*$/u.exec(
    bytes.toString("latin1"),
  );
  return pem?.[1] === undefined ? undefined : Buffer.from(pem[1], "base64");
}

function invalid(why: string): SigningError {
  return new SigningError("signature-invalid", `the signature ${why}`);
}
