import type { SignatureReport } from "./judge-signature.ts";

/**
 * How many different signers signed: one person under two names, or one name with two signatures, is one. It is the
 * largest set of pairs of a name and a signer in which neither stands twice.
 */
export function countSigners(reports: readonly SignatureReport[]): number {
  const namesOf = new Map<string, Set<string>>();
  for (const { credited } of reports) {
    for (const { name, credential } of credited) {
      const names = namesOf.get(credential) ?? new Set();
      namesOf.set(credential, names.add(name));
    }
  }
  const takenBy = new Map<string, string>();
  const place = (credential: string, tried: Set<string>): boolean => {
    for (const name of namesOf.get(credential) ?? []) {
      if (tried.has(name)) continue;
      tried.add(name);
      const other = takenBy.get(name);
      if (other === undefined || place(other, tried)) {
        takenBy.set(name, credential);
        return true;
      }
    }
    return false;
  };
  return [...namesOf.keys()].filter((credential) => place(credential, new Set())).length;
}
