import { createHash, hash } from "node:crypto";
import type { HashAlgorithm } from "../manifest/manifest.ts";
import { Blake3 } from "./blake3.ts";

/** One digest being computed. Results are lower-case hexadecimal. */
export interface Hasher {
  update(bytes: Uint8Array): void;
  digest(): string;
  /** The digest of bytes that are all there is: cheaper than `update` and `digest`. Only on a fresh hasher. */
  once(bytes: Uint8Array): string;
}

/** OpenSSL's names. BLAKE2b is used with 64 bytes, Python's default. */
const OPENSSL = { sha256: "sha256", blake2b: "blake2b512" } as const;

/** @throws nothing: every algorithm of the type is there */
export function hasherFor(algorithm: HashAlgorithm): Hasher {
  return algorithm === "blake3" ? blake3() : openssl(OPENSSL[algorithm]);
}

function openssl(name: string): Hasher {
  let state: ReturnType<typeof createHash> | undefined;
  const started = () => (state ??= createHash(name));
  return {
    update: (bytes) => void started().update(bytes),
    digest: () => started().digest("hex"),
    once: (bytes) => hash(name, bytes, "hex"),
  };
}

function blake3(): Hasher {
  const state = new Blake3();
  const digest = () => Buffer.from(state.digest()).toString("hex");
  return {
    update: (bytes) => state.update(bytes),
    digest,
    once(bytes) {
      state.update(bytes);
      return digest();
    },
  };
}
