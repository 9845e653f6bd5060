import type { Rule } from "@modelkeep/findings";

/**
 * A rule about what a model reaches for. Reaching it is `malicious`: no model needs it. These lists only give a
 * refusal its right name; what they forget is refused all the same, because it is on no allowlist.
 */
export interface ReachRule extends Rule {
  readonly verdict: "malicious";
  /** What it does, to complete "calls os.system, which …". */
  readonly does: string;
  /** A module (everything in and below it), or one full name. The longest match wins. */
  readonly reach: readonly string[];
}

/** Splits a block of names at white space. */
export function words(block: string): readonly string[] {
  return block.trim().split(/\s+/u);
}
