import type { AuditFinding } from "./finding.ts";
import type { Place } from "./source.ts";
import type { Localized } from "./text.ts";

/** A finding that a comment silences, with the comment's reason. */
export interface SuppressedFinding {
  readonly finding: AuditFinding;
  readonly reason: string;
  /** ISO date after which the suppression ends, when it has one. */
  readonly expires?: string;
  /** `comment` in the code, `register` of accepted risks, `baseline`. */
  readonly by: "comment" | "register" | "baseline";
}

/** A file, or a part of one, that was not audited as it should be. Never silent. */
export interface Unaudited {
  readonly path: string;
  readonly place?: Place;
  /** `partial`: audited around what could not be read. */
  readonly state: "partial" | "unread";
  readonly reason: Localized;
}

/** All that one audit says. Findings are sorted by path, line, column, rule. */
export interface AuditReport {
  readonly files: number;
  readonly lines: number;
  readonly findings: readonly AuditFinding[];
  readonly suppressed: readonly SuppressedFinding[];
  readonly unaudited: readonly Unaudited[];
}
