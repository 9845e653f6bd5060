export const SEVERITIES = ["info", "low", "medium", "high", "critical"] as const;

export type Severity = (typeof SEVERITIES)[number];

/** Where in a file: `part` is a member of an archive (`archive/data.pkl`), `offset` in bytes within that part. */
export interface Location {
  readonly part?: string;
  readonly offset?: number;
  readonly line?: number;
}

/** One thing found in one file. `ruleId` names a page under docs/rules. */
export interface Finding {
  readonly ruleId: string;
  readonly severity: Severity;
  readonly message: string;
  readonly location: Location;
  /** What was seen, as pseudo-code or quoted text; bounded, control characters escaped. */
  readonly evidence?: string;
  /** For example `CWE-502`. */
  readonly cwe?: string;
  /** What to do, and the address of the rule's page. */
  readonly help?: string;
}
