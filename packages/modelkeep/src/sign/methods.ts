import type { SignMethod } from "./method.ts";

/** All ways to sign, each loaded when it is used. */
export const SIGN_METHODS: ReadonlyMap<string, () => Promise<SignMethod>> = new Map([
  ["key", async () => (await import("./key.ts")).method],
  ["certificate", async () => (await import("./certificate.ts")).method],
  ["pkcs11-key", async () => (await import("./pkcs11-key.ts")).method],
  ["pkcs11-certificate", async () => (await import("./pkcs11-certificate.ts")).method],
  ["sigstore", async () => (await import("./sigstore.ts")).method],
]);
