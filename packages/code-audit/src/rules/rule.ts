import type { Severity } from "@modelkeep/findings";
import type { AuditRule } from "../model/rule.ts";
import type { Localized } from "../model/text.ts";
import type { Facts } from "../python/types.ts";
import type { Mark, Site } from "../python/value.ts";

/** What a rule found. */
export interface Found {
  /** A fact, or any stretch of a module. */
  readonly at: Site;
  readonly message: Localized;
  /** Where the value comes from that does harm here; becomes the finding's steps. */
  readonly marks?: readonly Mark[];
  /** How evaluation came to the function around the place. */
  readonly way?: Mark["way"];
  readonly severity?: Severity;
  readonly cwe?: string;
}

export type Report = (found: Found) => void;

/** A rule about Python. Its file is `src/rules/<id>.ts`, its samples `samples/<id>/`, its page `docs/rules/<ID>.md`. */
export interface PythonRule extends AuditRule {
  /** Of several rules that find something at one place, the one with the highest rank says so. */
  readonly rank: number;
  /** Texts without one of which a file cannot break this rule; lower case is not taken for upper case. */
  readonly words: readonly string[];
  check(facts: Facts, report: Report): void;
}
