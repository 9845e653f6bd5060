import { readWhole } from "@modelkeep/signing/bundle/read";
import { SigningError } from "@modelkeep/signing/errors";
import { parsePublicKey, type PublicKey } from "@modelkeep/signing/methods/public-key";
import {
  type SigstoreInstance,
  readTrustConfig,
  shippedRoot,
} from "@modelkeep/signing/sigstore/trusted-root";
import type { Revocation, TrustedSigner } from "@modelkeep/signing/trust/policy";
import { type Certificate } from "@modelkeep/signing/x509/certificate";
import { parseCertificates } from "@modelkeep/signing/x509/pem";
import { resolve } from "node:path";
import { TrustFields } from "./fields.ts";

const MAX_PEM_BYTES = 2 ** 20;

export const SIGNER_KEYS = ["key", "certificate", "sigstore", "from", "until"] as const;
export const CERTIFICATE_KEYS = ["roots", "subject", "san"] as const;
export const SIGSTORE_KEYS = ["identity", "issuer", "trust_config", "staging"] as const;
export const REVOKED_KEYS = [
  "key",
  "certificate",
  "identity",
  "issuer",
  "digest",
  "since",
  "reason",
] as const;

/** Reads one entry of `signers`. @param base folder that relative file names count from */
export function parseSigner(name: string, value: unknown, where: string, base: string): TrustedSigner {
  const fields = new TrustFields(value, where, SIGNER_KEYS);
  const common = { name, from: fields.date("from", "first"), until: fields.date("until", "last") };
  if (common.from !== undefined && common.until !== undefined && common.from > common.until) {
    fields.fail("is trusted until a time before it begins");
  }
  const methods = (["key", "certificate", "sigstore"] as const).filter((method) => fields.has(method));
  if (methods.length !== 1) fields.fail("must have exactly one of key, certificate and sigstore");
  const [method] = methods;
  if (method === "key") return { method, ...common, ...keyOf(fields, base) };
  if (method === "certificate") return { method, ...common, ...certificateOf(fields, base) };
  return { method: "sigstore", ...common, ...identityOf(fields, base) };
}

function keyOf(fields: TrustFields, base: string): { fingerprint: string; key: PublicKey | undefined } {
  const text = fields.required("key");
  const fingerprint = fingerprintIn(text);
  if (fingerprint !== undefined) return { fingerprint, key: undefined };
  const key = usable(fields, () => parsePublicKey(pemOf(text, "PUBLIC KEY", base), shownName(text)));
  return { fingerprint: key.fingerprint, key };
}

function certificateOf(fields: TrustFields, base: string) {
  const own = new TrustFields(fields.get("certificate"), `${fields.where}.certificate`, CERTIFICATE_KEYS);
  const roots = (own.texts("roots") ?? own.fail("has no roots")).flatMap((text) =>
    certificatesIn(own, text, base),
  );
  const [subject, alternativeName] = [own.text("subject"), own.text("san")];
  if (subject === undefined && alternativeName === undefined) {
    own.fail("names no subject and no san, so whoever the root certifies would be trusted");
  }
  return { roots, subject, alternativeName };
}

function identityOf(fields: TrustFields, base: string) {
  const own = new TrustFields(fields.get("sigstore"), `${fields.where}.sigstore`, SIGSTORE_KEYS);
  const [identity, issuer, config] = [
    own.required("identity"),
    own.required("issuer"),
    own.text("trust_config"),
  ];
  const staging = own.get("staging") ?? false;
  if (typeof staging !== "boolean") own.fail("has a staging that is neither true nor false");
  if (config !== undefined && staging) own.fail("has both trust_config and staging");
  const instance: SigstoreInstance = staging ? "staging" : "production";
  const root = usable(own, () =>
    config === undefined ? shippedRoot(instance) : readTrustConfig(resolve(base, config)),
  );
  return { identity, issuer, root };
}

/** Reads one entry of `revoked`. */
export function parseRevocation(value: unknown, where: string, base: string): Revocation {
  const fields = new TrustFields(value, where, REVOKED_KEYS);
  const common = { since: fields.date("since", "first"), reason: fields.text("reason") };
  const kinds = (["key", "certificate", "identity", "digest"] as const).filter((kind) => fields.has(kind));
  if (kinds.length !== 1) fields.fail("must have exactly one of key, certificate, identity and digest");
  const [kind = "digest"] = kinds;
  if (kind !== "identity" && fields.has("issuer")) fields.fail("has an issuer, which only an identity has");
  const text = fields.required(kind);
  switch (kind) {
    case "key":
      return { kind, ...common, fingerprint: keyOf(fields, base).fingerprint };
    case "certificate":
      return {
        kind,
        ...common,
        fingerprint: fingerprintIn(text) ?? only(fields, certificatesIn(fields, text, base)).fingerprint,
      };
    case "identity":
      return { kind, ...common, identity: text, issuer: fields.required("issuer") };
    case "digest":
      return {
        kind,
        ...common,
        sha256:
          fingerprintIn(text) ?? fields.fail("has a digest that is no sha256: with 64 hexadecimal digits"),
      };
  }
}

function only(fields: TrustFields, certificates: readonly Certificate[]): Certificate {
  const [first] = certificates;
  return first !== undefined && certificates.length === 1
    ? first
    : fields.fail("names a file with several certificates");
}

function certificatesIn(fields: TrustFields, text: string, base: string): readonly Certificate[] {
  return usable(fields, () => parseCertificates(pemOf(text, "CERTIFICATE", base), shownName(text)));
}

function fingerprintIn(text: string): string | undefined {
  return /^(?:sha256:)?([0-9a-f]{64})$/iu.exec(text)?.[1]?.toLowerCase();
}

/** The PEM that stands in the file itself, or in the one that is named. */
function pemOf(text: string, label: string, base: string): Uint8Array {
  return text.includes(`-----BEGIN ${label}-----`)
    ? Buffer.from(text)
    : readWhole(resolve(base, text), MAX_PEM_BYTES);
}

function shownName(text: string): string {
  return text.includes("-----BEGIN") ? "the PEM" : text;
}

/** A key or certificate of the policy that cannot be read is a fault of the policy. */
function usable<Result>(fields: TrustFields, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    if (error instanceof SigningError) return fields.fail(`cannot be used, since ${error.message}`, error);
    throw error;
  }
}
