import { SigningError } from "../errors.ts";
import type { Certificate } from "./certificate.ts";
import { checkAuthority, checkLeaf, checkSound } from "./rules.ts";

/** Paths are short; what is longer is an attempt to make us work. */
const MAX_PATH = 8;
/** Each step tries signatures: no bundle needs more. */
const MAX_TRIES = 512;

export interface ChainOptions {
  /** When all certificates must be valid. */
  readonly now: Date;
  /** Judge the leaf as the reference tool does: at the first moment of its validity, and by looser usages. */
  readonly compatible: boolean;
}

/**
 * Finds and checks a path from a leaf to a trusted root (RFC 5280, section 6, without policies and revocation).
 * @param leaf the signing certificate
 * @param between certificates that may lie on the way; nothing says that they are to be trusted
 * @param given what the caller trusts: the self-signed ones are roots, the others may lie on the way
 * @returns leaf first, root last
 * @throws {SigningError} `certificate-invalid`
 */
export function findPath(
  leaf: Certificate,
  between: readonly Certificate[],
  given: readonly Certificate[],
  options: ChainOptions,
): readonly Certificate[] {
  const time = options.compatible ? leaf.notBefore : options.now;
  checkSound(leaf, time);
  checkLeaf(leaf, options.compatible);
  return new PathSearch([...between, ...given], roots(given), time).from(leaf);
}

function roots(given: readonly Certificate[]): ReadonlySet<string> {
  return new Set(given.filter((one) => isIssuedBy(one, one)).map(({ fingerprint }) => fingerprint));
}

class PathSearch {
  readonly #candidates: readonly Certificate[];
  readonly #roots: ReadonlySet<string>;
  readonly #time: Date;
  #tries = 0;
  /** Why the path that came furthest was none. */
  #reason: SigningError | undefined;

  constructor(candidates: readonly Certificate[], trusted: ReadonlySet<string>, time: Date) {
    this.#candidates = [...new Map(candidates.map((one) => [one.fingerprint, one])).values()];
    this.#roots = trusted;
    this.#time = time;
  }

  from(leaf: Certificate): readonly Certificate[] {
    const path = this.#extend([leaf]);
    if (path !== undefined) return path;
    const advice = "give the root of the signer with --certificate-chain";
    throw (
      this.#reason ??
      new SigningError("certificate-invalid", "the signing certificate does not lead to a trusted root", {
        advice,
      })
    );
  }

  /** Depth is bounded by MAX_PATH, breadth by MAX_TRIES. */
  #extend(path: readonly Certificate[]): readonly Certificate[] | undefined {
    const last = path.at(-1);
    if (last === undefined || path.length > MAX_PATH) return undefined;
    if (this.#roots.has(last.fingerprint)) return path;
    for (const issuer of this.#candidates) {
      if (path.includes(issuer) || !this.#issued(issuer, last)) continue;
      const longer = this.#accepts(issuer, path) ? this.#extend([...path, issuer]) : undefined;
      if (longer !== undefined) return longer;
    }
    return undefined;
  }

  #issued(issuer: Certificate, subject: Certificate): boolean {
    if (!sameBytes(issuer.subjectName, subject.issuerName)) return false;
    if (++this.#tries > MAX_TRIES)
      throw new SigningError("certificate-invalid", "the certificates form a maze");
    return isIssuedBy(subject, issuer);
  }

  #accepts(issuer: Certificate, path: readonly Certificate[]): boolean {
    try {
      checkSound(issuer, this.#time);
      checkAuthority(issuer, path.slice(1));
      return true;
    } catch (error) {
      if (!(error instanceof SigningError)) throw error;
      this.#reason = error;
      return false;
    }
  }
}

function isIssuedBy(subject: Certificate, issuer: Certificate): boolean {
  if (!sameBytes(issuer.subjectName, subject.issuerName)) return false;
  try {
    return subject.x509.verify(issuer.x509.publicKey);
  } catch {
    // A key of an unknown kind signed nothing that we could check.
    return false;
  }
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}
