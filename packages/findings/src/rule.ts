import type { Severity } from "./finding.ts";
import type { Verdict } from "./verdict.ts";

/** One thing that is looked for. Its page is `docs/rules/<id>.md`. */
export interface Rule {
  /** `MK` and four digits. Never reused. */
  readonly id: string;
  /** Kebab case, for people and for SARIF. */
  readonly name: string;
  /** One sentence: what a finding of this rule means. */
  readonly title: string;
  readonly severity: Severity;
  /** The least verdict of a file with such a finding; absent for notes that change nothing. */
  readonly verdict?: Verdict;
  readonly cwe: string;
  /** What the reader should do, one sentence. */
  readonly advice: string;
}
