import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** A signed statement of how far the log reached: rows cut off its end are missed by comparing with it. */
export interface Checkpoint {
  readonly seq: number;
  readonly hash: string;
  readonly time: number;
  /** Ed25519 over `modelkeep-audit\n<seq>\n<hash>\n<time>\n`, base64. */
  readonly signature: string;
}

export interface SigningKey {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

const PRIVATE_FILE = "audit-key.pem";
const PUBLIC_FILE = "audit-key.pub.pem";

/** Reads the log's signing key, making one at the first start. The public half may be copied to a safer place. */
export function openSigningKey(folder: string): SigningKey {
  const file = join(folder, PRIVATE_FILE);
  if (existsSync(file)) {
    const privateKey = createPrivateKey(readFileSync(file));
    return { privateKey, publicKey: createPublicKey(privateKey) };
  }
  const pair = generateKeyPairSync("ed25519");
  writeFileSync(file, pair.privateKey.export({ type: "pkcs8", format: "pem" }), { mode: 0o600, flag: "wx" });
  writeFileSync(join(folder, PUBLIC_FILE), pair.publicKey.export({ type: "spki", format: "pem" }), {
    mode: 0o644,
  });
  return pair;
}

/** The public half, for a verifier that may not read the private one. */
export function readPublicKey(folder: string): KeyObject {
  return createPublicKey(readFileSync(join(folder, PUBLIC_FILE)));
}

export function signCheckpoint(key: SigningKey, seq: number, hash: string, time: number): Checkpoint {
  const signature = sign(null, statement(seq, hash, time), key.privateKey).toString("base64");
  return { seq, hash, time, signature };
}

/** Reads a checkpoint and checks its signature; a text says what is wrong. */
export function parseCheckpoint(line: string, publicKey: KeyObject): Checkpoint | string {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return "it is not JSON";
  }
  if (!isCheckpoint(value)) return "it lacks a field or has one of the wrong type";
  if (serialiseCheckpoint(value) !== `${line}\n`) return "it is not in canonical form";
  const signature = Buffer.from(value.signature, "base64");
  // Base64 has spare bits at its end; a changed one would decode to the same bytes.
  if (signature.toString("base64") !== value.signature) return "its signature is not in canonical form";
  if (!verify(null, statement(value.seq, value.hash, value.time), publicKey, signature)) {
    return "its signature does not verify";
  }
  return value;
}

export function serialiseCheckpoint({ seq, hash, time, signature }: Checkpoint): string {
  return `${JSON.stringify({ seq, hash, time, signature })}\n`;
}

function statement(seq: number, hash: string, time: number): Buffer {
  return Buffer.from(`modelkeep-audit\n${seq}\n${hash}\n${time}\n`);
}

function isCheckpoint(value: unknown): value is Checkpoint {
  return (
    typeof value === "object" &&
    value !== null &&
    "seq" in value &&
    Number.isSafeInteger(value.seq) &&
    "hash" in value &&
    typeof value.hash === "string" &&
    "time" in value &&
    Number.isSafeInteger(value.time) &&
    "signature" in value &&
    typeof value.signature === "string"
  );
}
