import type { VerifyMethod } from "./method.ts";

/** All ways to verify, each loaded when it is used. */
export const VERIFY_METHODS: ReadonlyMap<string, () => Promise<VerifyMethod>> = new Map([
  ["key", async () => (await import("./key.ts")).method],
  ["certificate", async () => (await import("./certificate.ts")).method],
  ["sigstore", async () => (await import("./sigstore.ts")).method],
]);
