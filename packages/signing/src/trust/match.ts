import type { TrustRule } from "./policy.ts";

/** What rules select by. */
export interface TrustSubject {
  /** What was asked for: a URI, or the absolute path of a folder. */
  readonly uri: string;
  /** Registered name, where the URI names a registered model. */
  readonly name?: string | undefined;
  /** The alias that was asked for. */
  readonly alias?: string | undefined;
}

/** The first rule whose every selector fits. */
export function ruleFor(rules: readonly TrustRule[], subject: TrustSubject): TrustRule | undefined {
  return rules.find((rule) => selects(rule, subject));
}

function selects(
  { models, namespaces, aliases, uris }: TrustRule,
  { uri, name, alias }: TrustSubject,
): boolean {
  return (
    fits(models, name, matchesPattern) &&
    fits(namespaces, name, (space, full) => full.startsWith(`${space}.`) || full.startsWith(`${space}/`)) &&
    fits(aliases, alias, (wanted, asked) => wanted === asked) &&
    fits(uris, uri, matchesPattern)
  );
}

/** An absent selector selects everything; one that is there selects nothing that has no such property. */
function fits(
  wanted: readonly string[] | undefined,
  actual: string | undefined,
  compare: (wanted: string, actual: string) => boolean,
): boolean {
  if (wanted === undefined) return true;
  return actual !== undefined && wanted.some((one) => compare(one, actual));
}

/** Exact, or with `*` for any run of characters, the empty one too. Time is linear in both. */
export function matchesPattern(pattern: string, text: string): boolean {
  const [head = "", ...rest] = pattern.split("*");
  const tail = rest.pop();
  if (tail === undefined) return pattern === text;
  if (!text.startsWith(head) || text.length < head.length + tail.length || !text.endsWith(tail)) return false;
  let at = head.length;
  for (const part of rest) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return at <= text.length - tail.length;
}
