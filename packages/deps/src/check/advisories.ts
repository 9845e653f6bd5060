import type { AdvisoryGroup } from "../advisory-groups.ts";
import type { DepsFinding, PackageState } from "../finding.ts";
import { type MessageKey, type Said, say } from "../messages/said.ts";
import { isCondaOnly } from "../read/conda-names.ts";
import { schemeOf } from "../version/scheme.ts";
import { type CheckContext, dependenciesOf, findingOf, type Located, severityOrHigh } from "./context.ts";
import { evaluateRange } from "./range.ts";

/** What was found of all packages, and what is known of each. */
export interface LookedUp {
  readonly findings: readonly DepsFinding[];
  readonly packages: readonly PackageState[];
}

/** Looks up every package of every file. */
export function checkAdvisories(context: CheckContext): LookedUp {
  const all = dependenciesOf(context.project).map((located) => lookUp(located, context));
  const findings = all.flatMap((one) => one.findings);
  return { findings: gatherSkipped(findings), packages: all.map((one) => one.state) };
}

/** What is missing is data, by the sentence for one package; with the sentence for several. */
const SEVERAL: ReadonlyMap<MessageKey, MessageKey> = new Map([
  ["skippedNoData", "severalNoData"],
  ["skippedEcosystem", "severalEcosystem"],
  ["skippedService", "severalService"],
  ["skippedRange", "severalRange"],
]);

/** Packages of one file that miss the same data are one finding: a lock has hundreds. */
function gatherSkipped(findings: readonly DepsFinding[]): DepsFinding[] {
  const groups = new Map<string, DepsFinding[]>();
  for (const finding of findings) {
    if (!SEVERAL.has(finding.message.key)) continue;
    const group = groups.get(groupOf(finding));
    if (group === undefined) groups.set(groupOf(finding), [finding]);
    else group.push(finding);
  }
  return findings.flatMap((finding) => {
    const group = SEVERAL.has(finding.message.key) ? groups.get(groupOf(finding)) : undefined;
    if (group === undefined || group.length === 1) return finding;
    if (group[0] !== finding) return [];
    const { key, args } = finding.message;
    const { package: _package, version: _version, ...rest } = finding;
    return {
      ...rest,
      message: { key: SEVERAL.get(key) ?? key, args: [String(group.length), ...args.slice(1)] },
    };
  });
}

function groupOf({ file, message }: DepsFinding): string {
  return [file, message.key, ...message.args.slice(1)].join("\0");
}

interface One {
  readonly findings: readonly DepsFinding[];
  readonly state: PackageState;
}

function lookUp(located: Located, context: CheckContext): One {
  const { dependency } = located;
  const skipped = whySkipped(located, context);
  if (skipped !== undefined) return skip(located, skipped);
  const { ecosystem, name, version } = dependency;
  if (version === undefined) return lookUpRange(located, context);
  const groups = context.advisories.lookUp(ecosystem, name, version);
  const odd = schemeOf(ecosystem).key(version) === undefined ? say("unknownVersion", version) : undefined;
  return {
    findings: groups.map((group) =>
      vulnerable(located, group, group.isMalicious ? "malicious" : "vulnerable"),
    ),
    state: stateOf(located, groups.length > 0 ? "vulnerable" : "clean", odd, groups),
  };
}

function lookUpRange(located: Located, { advisories, pages }: CheckContext): One {
  const { dependency } = located;
  const { ecosystem, name, specifier } = dependency;
  const known = advisories.known(ecosystem, name);
  const page = pages.get(name);
  const released = page === undefined ? undefined : [...page.releases.keys()];
  const { kind, groups } = evaluateRange(specifier, known, released);
  const shown = specifier === "" ? "*" : specifier;
  if (kind === "all") {
    const findings = groups.map((group) =>
      vulnerable(located, group, group.isMalicious ? "malicious" : "vulnerableRange"),
    );
    return { findings, state: stateOf(located, "vulnerable", undefined, groups) };
  }
  if (kind === "none")
    return { findings: [], state: stateOf(located, "unknown", say("unknownClean", shown), []) };
  const findings = [allowsVulnerable(located, shown, groups)];
  return { findings, state: stateOf(located, "unknown", say("unknownSome", shown), groups) };
}

function allowsVulnerable(located: Located, shown: string, groups: readonly AdvisoryGroup[]): DepsFinding {
  const { ecosystem, written } = located.dependency;
  const ids = groups.map(({ id }) => id);
  const listed = ids.length > 5 ? `${ids.slice(0, 5).join(", ")} … (${ids.length})` : ids.join(", ");
  const scheme = schemeOf(ecosystem);
  const fixes = groups.flatMap(({ fixed }) => fixed).sort((a, b) => scheme.compare(b, a) ?? 0);
  const [bound] = fixes;
  const advice = bound === undefined ? say("advisePin") : say("adviseBound", `${written}>=${bound}`);
  return findingOf(located, "MK3003", say("allowsVulnerable", written, shown, listed), advice, {
    ...{ aliases: ids, fixed: bound === undefined ? [] : [bound] },
  });
}

function vulnerable(
  located: Located,
  group: AdvisoryGroup,
  key: "vulnerable" | "vulnerableRange" | "malicious",
): DepsFinding {
  const { dependency } = located;
  const { id, aliases, fixed, summary, score, vector } = group;
  const version = dependency.version ?? (dependency.specifier || "*");
  const message = say(key, dependency.written, version, id, summary === "" ? "" : `: ${summary}`);
  return findingOf(located, group.isMalicious ? "MK3002" : "MK3001", message, adviceFor(located, group), {
    ...{ id, aliases, fixed, summary, severity: severityOrHigh(group.severity) },
    ...{ severitySaid: group.severity !== "unknown" },
    ...(score === undefined ? {} : { score }),
    ...(vector === undefined ? {} : { vector }),
  });
}

function adviceFor({ dependency }: Located, { isMalicious, fixed }: AdvisoryGroup): Said {
  if (isMalicious) return say("adviseRemove", dependency.written);
  const [first] = fixed;
  if (first === undefined) return say("adviseNoFix", dependency.written);
  return fixed.length > 1
    ? say("adviseFixed", fixed.join(", "))
    : say("adviseRaise", dependency.written, first);
}

interface Skipped {
  readonly reason: Said;
  readonly incomplete: boolean;
}

function whySkipped({ dependency, file }: Located, { advisories }: CheckContext): Skipped | undefined {
  const { source, version, written, ecosystem, name } = dependency;
  const undone = (reason: Said): Skipped => ({ reason, incomplete: true });
  if (/[^\x21-\x7e]/u.test(name)) return undone(say("skippedName", written));
  if (dependency.conda && isCondaOnly(written)) return undone(say("skippedConda", written));
  // A lock also says which version the source holds.
  if (source !== undefined && version === undefined) {
    if (source.kind === "vcs") return undone(say("skippedVcs", written, source.url));
    if (source.kind === "url") return undone(say("skippedUrl", written, source.url));
    if (file.isOwn(source.url)) return { reason: say("ownCode"), incomplete: false };
    return undone(say("skippedPath", written));
  }
  if ((source?.kind === "path" || source?.kind === "editable") && file.isOwn(source.url))
    return { reason: say("ownCode"), incomplete: false };
  const missing = advisories.missing(ecosystem, name);
  return missing === undefined ? undefined : undone(missing);
}

function skip(located: Located, { reason, incomplete }: Skipped): One {
  const state = { ...stateOf(located, "skipped", reason, []), incomplete };
  if (!incomplete) return { findings: [], state };
  const isData = SEVERAL.has(reason.key);
  const advice = say(isData ? "adviseData" : "adviseSource");
  return { findings: [findingOf(located, "MK3004", reason, advice)], state };
}

function stateOf(
  { file, dependency }: Located,
  state: PackageState["state"],
  reason: Said | undefined,
  groups: readonly AdvisoryGroup[],
): PackageState {
  const { line, column } = file.positionOf(dependency.at.start);
  const { ecosystem, name, version, specifier } = dependency;
  return {
    ...{ file: file.path, line, column, ecosystem, name, version, specifier, state, reason },
    ...{ incomplete: false, advisories: groups.map(({ id }) => id) },
  };
}
