import type { Verdict } from "@modelkeep/findings";
import type { AnalysisLimits } from "@modelkeep/formats";

/** What is admitted, beyond what the rules say of themselves. */
export interface Policy {
  /** Verdicts that are admitted. `malicious` never is. */
  readonly admit: readonly Verdict[];
  /** Further globals that may be imported and called with any arguments: exact `module.name`s. */
  readonly allow: ReadonlySet<string>;
  readonly limits: Partial<AnalysisLimits>;
}

export const DEFAULT_POLICY: Policy = { admit: ["inert", "allowlisted"], allow: new Set(), limits: {} };

export function isAdmitted(verdict: Verdict, policy: Policy): boolean {
  return verdict !== "malicious" && policy.admit.includes(verdict);
}
