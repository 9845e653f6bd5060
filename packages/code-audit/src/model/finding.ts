import type { Severity } from "@modelkeep/findings";
import type { Place } from "./source.ts";
import type { Localized } from "./text.ts";

/** One step of the way from where a value comes in to where it does harm. */
export interface Step {
  readonly place: Place;
  readonly message: Localized;
}

/** Replaces the code units from `start` to `end` (exclusive) of one file. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** A change that makes the finding go away. Its edits do not overlap. */
export interface Fix {
  readonly title: Localized;
  readonly edits: readonly Edit[];
}

/** What a person has to do where no rewrite is safe. */
export interface Suggestion {
  /** Why `--fix` leaves it alone. */
  readonly reason: Localized;
  /** A patch to start from, as code. */
  readonly patch?: string;
}

/** One thing found at one place. Two findings of one rule never share a place. */
export interface AuditFinding {
  /** `MK2…`; its page is `docs/rules/<id>.md`. */
  readonly ruleId: string;
  readonly severity: Severity;
  readonly message: Localized;
  readonly place: Place;
  /** The code at the place, one line, bounded, control characters escaped. */
  readonly evidence: string;
  /** For example `CWE-502`. */
  readonly cwe: string;
  /** From source to sink; empty when the place alone says it all. */
  readonly steps: readonly Step[];
  readonly fix?: Fix;
  readonly suggestion?: Suggestion;
}
