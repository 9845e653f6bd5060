import type { Advisories } from "../advisories.ts";
import type { Located } from "../check/context.ts";
import { type Said, say } from "../messages/said.ts";
import type { IndexPage } from "../online/page.ts";
import { poetrySpecifier } from "../read/poetry-range.ts";
import { allows, parseSpecifier, type Specifier } from "../version/specifier.ts";
import { compareVersions, isPrerelease, parseVersion, type Version } from "../version/version.ts";

/** What a new version must suit. */
export interface Wanted {
  /** The pins that are raised, all to one version. */
  readonly raised: readonly Located[];
  /** What else the project says of the package. */
  readonly others: readonly Located[];
  /** Versions of Python that the project allows. */
  readonly pythons: readonly string[];
  readonly advisories: Advisories;
  readonly page: IndexPage | undefined;
}

interface Candidate {
  readonly text: string;
  readonly version: Version;
}

/** The nearest version above all pins that no advisory touches and everything else allows, or why there is none. */
export function nearestSafe(
  wanted: Wanted,
): { readonly version: string } | { readonly version: undefined; readonly reason: Said } {
  const name = wanted.raised[0]?.dependency.name ?? "";
  const safe = candidates(wanted).filter(
    ({ text }) => wanted.advisories.lookUp("PyPI", name, text).length === 0,
  );
  if (safe.length === 0) return { version: undefined, reason: say("refuseNone", name) };
  const fitting = safe.filter(({ text }) => suitsPython(text, wanted));
  if (fitting.length === 0) return { version: undefined, reason: say("refusePython", name) };
  const limits = [...wanted.others.map(limitOf), ...wanted.raised.map(limitBeside)];
  const found = fitting.find(({ version }) => limits.every(({ specifier }) => permits(specifier, version)));
  if (found !== undefined) return { version: found.text };
  const blocking = limits.find(
    ({ specifier }) => !fitting.some(({ version }) => permits(specifier, version)),
  );
  const { located } = blocking ?? limits[0] ?? {};
  const line = located?.file.positionOf(located.dependency.at.start).line ?? 0;
  const where = `${located?.file.path ?? ""}:${line}`;
  return {
    version: undefined,
    reason: say("refuseConstraint", name, located?.dependency.specifier ?? "", where),
  };
}

/** Later releases, earliest first: the index's own, else those that advisories name. */
function candidates({ raised, advisories, page }: Wanted): Candidate[] {
  const pins = raised.flatMap(({ dependency }) => parseVersion(dependency.version ?? "") ?? []);
  const name = raised[0]?.dependency.name ?? "";
  const known = advisories.known("PyPI", name);
  const named = known.flatMap(({ affected }) => [
    ...affected.versions,
    ...affected.ranges.flatMap(({ fixed }) => fixed ?? []),
  ]);
  const released =
    page && [...page.releases].flatMap(([text, { yanked }]) => (yanked === undefined ? text : []));
  const mayBePrerelease = pins.some(isPrerelease);
  return [...new Set(released ?? named)]
    .flatMap((text): Candidate[] => {
      const version = parseVersion(text);
      return version === undefined ? [] : [{ text, version }];
    })
    .filter(({ version }) => pins.every((pin) => compareVersions(version, pin) > 0))
    .filter(({ version }) => version.local === undefined && (mayBePrerelease || !isPrerelease(version)))
    .sort((a, b) => compareVersions(a.version, b.version));
}

interface Limit {
  readonly located: Located;
  readonly specifier: Specifier;
}

/** A place that is not raised holds with all that it says. */
function limitOf(located: Located): Limit {
  return { located, specifier: parseSpecifier(located.dependency.specifier) ?? [] };
}

/** A pin that is raised gives way; what is written beside it still holds. */
function limitBeside(located: Located): Limit {
  const pin = located.dependency.version ?? "";
  const specifier = (parseSpecifier(located.dependency.specifier) ?? []).map((clauses) =>
    clauses.filter(({ operator, text }) => !((operator === "==" || operator === "===") && text === pin)),
  );
  return { located, specifier };
}

function permits(specifier: Specifier, version: Version): boolean {
  return specifier.length === 0 || allows(specifier, version);
}

function suitsPython(text: string, { page, pythons }: Wanted): boolean {
  const required = parseSpecifier(page?.releases.get(text)?.requiresPython ?? "");
  if (required === undefined) return true;
  return pythons.every((range) => {
    const lowest = lowestOf(range);
    return lowest === undefined || allows(required, lowest);
  });
}

/** The oldest Python that a project says it runs on. */
function lowestOf(range: string): Version | undefined {
  const specifier = parseSpecifier(range) ?? parseSpecifier(poetrySpecifier(range) ?? "") ?? [];
  const bounds = specifier.flatMap((clauses) =>
    clauses.flatMap(({ operator, version }) =>
      [">=", "~=", "=="].includes(operator) && version ? version : [],
    ),
  );
  return bounds.sort(compareVersions)[0];
}
