import type { Severity } from "@modelkeep/findings";
import type { Said } from "./messages/said.ts";
import type { Ecosystem } from "./version/scheme.ts";

/** One thing found in one place of one file. */
export interface DepsFinding {
  readonly ruleId: string;
  readonly severity: Severity;
  /** False when an advisory says no severity: `severity` is then `high`, for it may be anything. */
  readonly severitySaid: boolean;
  readonly message: Said;
  /** What to do. */
  readonly advice: Said;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  readonly ecosystem?: Ecosystem;
  readonly package?: string;
  /** The version that is asked for, or the range. */
  readonly version?: string;
  /** Of an advisory. */
  readonly id?: string;
  readonly aliases?: readonly string[];
  readonly fixed?: readonly string[];
  readonly score?: number;
  readonly vector?: string;
  readonly summary?: string;
  /** Somebody accepted it: it is shown, and does not fail the run. */
  readonly accepted?: Accepted;
}

/** A risk that somebody accepts: an advisory (or alias) or a rule, perhaps of one package, until a day. */
export interface Accepted {
  readonly id: string;
  readonly package?: string;
  /** Files, folders or patterns; absent: everywhere. */
  readonly paths?: readonly string[];
  readonly reason: string;
  readonly owner: string;
  /** `YYYY-MM-DD`; after that day the entry is void, and the run fails. */
  readonly expires: string;
}

/** What is known of one package that a file asks for. */
export interface PackageState {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly ecosystem: Ecosystem;
  readonly name: string;
  readonly version: string | undefined;
  readonly specifier: string;
  /** `clean` is as of the data's day; `unknown` has no version to look up, its range was; `skipped` was not looked up. */
  readonly state: "vulnerable" | "clean" | "unknown" | "skipped";
  readonly reason: Said | undefined;
  /** Skipped for a reason that leaves the work undone. */
  readonly incomplete: boolean;
  readonly advisories: readonly string[];
}
