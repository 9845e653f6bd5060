import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { parseBundle } from "../src/bundle/parse.ts";
import type { BundleDocument } from "../src/bundle/write.ts";
import { preAuthEncoding } from "../src/bundle/dsse.ts";
import { hashModel, type HashOptions } from "../src/hash/model.ts";
import { keyVerifier } from "../src/methods/key.ts";
import { parsePrivateKey, type PrivateKey } from "../src/methods/private-key.ts";
import { keySigner } from "../src/methods/sign-key.ts";
import { signManifest } from "../src/sign.ts";
import { compareModel, type ModelOptions, verifyBundle } from "../src/verify.ts";

// What tests of signing share: a model in a folder of its own, fresh keys, and ways to sign anything at all.

export const NOW = new Date("2026-12-01");

/** A folder with files, gone after the test. */
export class Model implements Disposable {
  readonly path: string;

  constructor(files: Readonly<Record<string, string>>) {
    this.path = mkdtempSync(join(tmpdir(), "modelkeep-signing-"));
    for (const [name, content] of Object.entries(files)) this.write(name, content);
  }

  at(name: string): string {
    return join(this.path, name);
  }

  write(name: string, content: string): void {
    mkdirSync(dirname(this.at(name)), { recursive: true });
    writeFileSync(this.at(name), content);
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

export function newKey(
  kind: "P-256" | "P-384" | "P-521" | "Ed25519" = "P-256",
): PrivateKey & { pem: string } {
  const pair: { privateKey: KeyObject } =
    kind === "Ed25519" ? generateKeyPairSync("ed25519") : generateKeyPairSync("ec", { namedCurve: kind });
  const pem = pair.privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  return { ...parsePrivateKey(Buffer.from(pem), "the test's key"), pem };
}

/** Signs a model as `modelkeep sign key` does. */
export async function signModel(
  model: string,
  key: PrivateKey,
  options: HashOptions = {},
): Promise<BundleDocument> {
  const bytes = await signManifest(await hashModel(model, options), keySigner(key));
  return JSON.parse(Buffer.from(bytes).toString()) as BundleDocument;
}

/** Signs whatever statement a test makes up. */
export async function signStatement(statement: unknown, key: PrivateKey): Promise<BundleDocument> {
  return await keySigner(key).sign("application/vnd.in-toto+json", Buffer.from(JSON.stringify(statement)));
}

/** A statement of version 1.0 whose root digest fits, over resources that may be anything. */
export function statementDocument(
  resources: readonly { name: string; digest: string; algorithm?: string }[],
  rootDigest: string,
  serialization: Record<string, unknown> = {},
): Record<string, unknown> {
  return {
    _type: "https://in-toto.io/Statement/v1",
    subject: [{ name: "model", digest: { sha256: rootDigest } }],
    predicateType: "https://model_signing/signature/v1.0",
    predicate: {
      serialization: { method: "files", hash_type: "sha256", allow_symlinks: false, ...serialization },
      resources: resources.map((resource) => ({ algorithm: "sha256", ...resource })),
    },
  };
}

/** Verifies a bundle by a key, then a folder by it: what `modelkeep verify key` does. */
export async function verifyModel(
  model: string,
  document: unknown,
  keys: readonly PrivateKey[],
  options: ModelOptions = {},
) {
  const bundle = parseBundle(Buffer.from(JSON.stringify(document)));
  const context = { compatible: options.compatible === true, now: NOW };
  const verifier = keyVerifier(keys.map(({ publicKey }) => publicKey));
  const verified = await verifyBundle(bundle, verifier, context);
  return { ...verified, ...(await compareModel(model, verified.manifest, options)) };
}

/** The envelope's payload, parsed. */
export function payloadOf(document: BundleDocument): Record<string, unknown> {
  return JSON.parse(Buffer.from(document.dsseEnvelope.payload, "base64").toString()) as Record<
    string,
    unknown
  >;
}

/** One more signature for an envelope. */
export async function envelopeSignature(document: BundleDocument, key: PrivateKey) {
  const { payload, payloadType } = document.dsseEnvelope;
  const sig = await key.sign(preAuthEncoding(payloadType, Buffer.from(payload, "base64")));
  return { sig: Buffer.from(sig).toString("base64"), keyid: "" };
}
