import { hash, randomBytes, randomUUID } from "node:crypto";

/** Bytes of a generated key's secret. At 256 bits a plain hash at rest is enough: there is nothing to guess. */
const SECRET_BYTES = 32;

/** Shorter keys than this are not accepted from `MODELKEEP_ADMIN_KEY`, the one key that people choose themselves. */
export const MIN_CHOSEN_KEY = 12;

/** A longer credential than this is no key of ours and is not worth hashing. */
const MAX_KEY = 512;

export interface NewKey {
  readonly id: string;
  /** The key itself: shown once, never stored. */
  readonly secret: string;
}

/** A new key, `mk_<id>_<secret>`. The prefix lets secret scanners find it; the id tells which key leaked. */
export function makeKey(): NewKey {
  const id = randomUUID().replaceAll("-", "").slice(0, 12);
  return { id, secret: `mk_${id}_${randomBytes(SECRET_BYTES).toString("base64url")}` };
}

/** What is stored and looked up instead of the key: lower-case hexadecimal SHA-256. */
export function keyDigest(secret: string): string | undefined {
  return secret.length === 0 || secret.length > MAX_KEY ? undefined : hash("sha256", secret);
}
