import type { AuditFinding } from "../model/finding.ts";
import type { Localized } from "../model/text.ts";

/** What stands where a secret stood. */
const HIDDEN = "•••";
/** Rules whose evidence is the secret itself, and how many literals in it are only names. */
const NAMES_FIRST: ReadonlyMap<string, number> = new Map([
  ["MK2201", 1],
  ["MK2203", 0],
]);
const LITERAL = /(["'])((?:\\.|(?!\1)[^\\])*)(\1|$)/gsu;
/** What stands between `://user:` and `@`. */
const USER_INFO = /(:\/\/[^\s/@:"']*:)([^\s/@"']+)(?=@)/gu;
/** Shorter is no secret, and hiding it everywhere would blank out half of a report. */
const SHORTEST = 4;

/**
 * Hides secrets in what findings show: the literals of findings about secrets, passwords in addresses, and the same
 * texts in every other finding of the file. Fixes keep theirs, for they are applied; reports do not show those.
 */
export function hideSecrets(findings: readonly AuditFinding[]): readonly AuditFinding[] {
  const byPath = Map.groupBy(findings, ({ place }) => place.path);
  const secrets = new Map<string, ReadonlySet<string>>();
  for (const [path, of] of byPath) {
    const found = new Set(of.flatMap((finding) => secretsOf(finding)));
    if (found.size > 0) secrets.set(path, found);
  }
  if (secrets.size === 0) return findings;
  return findings.map((finding) => hidden(finding, secrets));
}

function secretsOf({ ruleId, evidence }: AuditFinding): string[] {
  const passwords = [...evidence.matchAll(USER_INFO)].map(([, , password = ""]) => password);
  const names = NAMES_FIRST.get(ruleId);
  const literals =
    names === undefined ? [] : [...evidence.matchAll(LITERAL)].map(([, , inner = ""]) => inner).slice(names);
  return [...passwords, ...literals].filter((text) => text.length >= SHORTEST && text !== HIDDEN);
}

function hidden(finding: AuditFinding, secrets: ReadonlyMap<string, ReadonlySet<string>>): AuditFinding {
  const { place, evidence, message, steps, suggestion } = finding;
  const here = secrets.get(place.path);
  const inText = (text: string, of = here): string => {
    let shown = text;
    for (const secret of of ?? []) shown = shown.replaceAll(secret, HIDDEN);
    return shown;
  };
  const inBoth = ({ en, zh }: Localized, of = here): Localized => ({
    en: inText(en, of),
    zh: inText(zh, of),
  });
  const patch = suggestion?.patch === undefined ? {} : { patch: inText(suggestion.patch) };
  return {
    ...finding,
    evidence: inText(evidence),
    message: inBoth(message),
    steps: steps.map((step) => ({ ...step, message: inBoth(step.message, secrets.get(step.place.path)) })),
    ...(suggestion === undefined ? {} : { suggestion: { reason: inBoth(suggestion.reason), ...patch } }),
  };
}
