import { TrustedRoot } from "@sigstore/protobuf-specs";
import { toTrustMaterial, type TrustMaterial } from "@sigstore/verify";
import { readWhole } from "../bundle/read.ts";
import { SigningError } from "../errors.ts";
import { parseStrictJson } from "../json/strict.ts";
import { isJsonObject, type JsonObject } from "../json/value.ts";
import { plainJson } from "./plain.ts";
import production from "./trusted-root/production.json" with { type: "json" };
import staging from "./trusted-root/staging.json" with { type: "json" };

/** The instances of Sigstore whose trusted root is shipped. See `trusted-root/README.md` beside this file for date and origin. */
export type SigstoreInstance = "production" | "staging";

const ROOT_TYPE = "application/vnd.dev.sigstore.trustedroot";
const CONFIG_TYPE = "application/vnd.dev.sigstore.clienttrustconfig";
const MAX_CONFIG_BYTES = 4 * 2 ** 20;

/** The shipped trusted root. Nothing is asked of the network: a newer one comes with a newer Modelkeep, or by a file. */
export function shippedRoot(instance: SigstoreInstance = "production"): TrustMaterial {
  return materialOf(SHIPPED[instance]);
}

/** Imported, not read: so a bundle of the command has them in it. */
const SHIPPED: Readonly<Record<SigstoreInstance, unknown>> = { production, staging };

/**
 * Reads who is trusted from a file: a client trust configuration as the reference tool's `--trust_config` takes it, or
 * the trusted root alone.
 * @throws {SigningError} `io`, `key-unusable`
 */
export function readTrustConfig(path: string): TrustMaterial {
  return trustMaterialOf(readTrustDocument(path).root);
}

/** Both parts of a trust configuration; the second is there only in a client trust configuration. */
export interface TrustDocument {
  readonly root: JsonObject;
  /** Addresses of Fulcio, Rekor and timestamp authorities, for signing. */
  readonly signingConfig: JsonObject | undefined;
}

/** As {@link readTrustConfig}, before its keys are read. @throws {SigningError} `io`, `key-unusable` */
export function readTrustDocument(path: string): TrustDocument {
  return trustDocument(readWhole(path, MAX_CONFIG_BYTES), path);
}

function trustDocument(bytes: Uint8Array, where: string): TrustDocument {
  const document = strict(bytes, where);
  const type = document.get("mediaType");
  if (typeof type === "string" && type.startsWith(CONFIG_TYPE)) {
    const root = document.get("trustedRoot");
    const config = document.get("signingConfig");
    if (!isJsonObject(root)) throw unusable(`${where} holds no trustedRoot`);
    return { root, signingConfig: isJsonObject(config) ? config : undefined };
  }
  if (typeof type === "string" && type.startsWith(ROOT_TYPE)) {
    return { root: document, signingConfig: undefined };
  }
  throw unusable(`${where} is neither a client trust configuration nor a trusted root of Sigstore`);
}

function strict(bytes: Uint8Array, where: string): JsonObject {
  try {
    const document = parseStrictJson(bytes, where);
    if (isJsonObject(document)) return document;
  } catch (cause) {
    throw unusable(cause instanceof Error ? cause.message : String(cause), cause);
  }
  throw unusable(`${where} is no JSON object`);
}

/** @throws {SigningError} `key-unusable` when a key, certificate or date in it cannot be read, or when it trusts nobody */
export function trustMaterialOf(root: JsonObject): TrustMaterial {
  return materialOf(plainJson(root));
}

function materialOf(root: unknown): TrustMaterial {
  let material: TrustMaterial;
  try {
    material = toTrustMaterial(TrustedRoot.fromJSON(root));
  } catch (cause) {
    throw unusable("the trusted root holds a key or certificate that cannot be read", cause);
  }
  const lacks = [
    ...(material.certificateAuthorities.length === 0 ? ["certificate authority"] : []),
    ...(material.tlogs.length === 0 ? ["transparency log"] : []),
    ...(material.ctlogs.length === 0 ? ["certificate transparency log"] : []),
  ];
  if (lacks.length > 0) throw unusable(`the trusted root names no ${lacks.join(" and no ")}`);
  return material;
}

function unusable(what: string, cause?: unknown): SigningError {
  return new SigningError("key-unusable", `${what}: give another trust configuration`, { cause });
}
