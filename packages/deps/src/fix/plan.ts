import type { Advisories } from "../advisories.ts";
import { dependenciesOf, type Located } from "../check/context.ts";
import type { DepsFinding } from "../finding.ts";
import { type Said, say } from "../messages/said.ts";
import type { FileKind } from "../model.ts";
import type { IndexPages, Release } from "../online/page.ts";
import type { Project, ProjectFile } from "../project.ts";
import { isLock } from "../read/kinds.ts";
import type { Span } from "../text/lines.ts";
import { compareVersions, parseVersion } from "../version/version.ts";
import { nearestSafe, type Wanted } from "./candidates.ts";

/** One change of a file's text. */
export interface Edit extends Span {
  readonly file: ProjectFile;
  readonly text: string;
}

/** One pin that is raised. */
export interface Raise {
  readonly file: string;
  readonly line: number;
  readonly name: string;
  readonly from: string;
  readonly to: string;
}

/** One vulnerable package that is not changed, with the reason. */
export interface Refusal {
  readonly file: string;
  readonly line: number;
  readonly name: string;
  readonly reason: Said;
}

export interface FixPlan {
  readonly edits: readonly Edit[];
  readonly raises: readonly Raise[];
  readonly refusals: readonly Refusal[];
}

export interface FixOptions {
  readonly advisories: Advisories;
  readonly pages: IndexPages;
  /** Of the audit: what is accepted is left as it is. */
  readonly findings: readonly DepsFinding[];
}

/** Raises vulnerable pins to the nearest version that nothing known affects and nothing else forbids. */
export function planFixes(project: Project, options: FixOptions): FixPlan {
  const open = options.findings.filter(
    ({ ruleId, accepted }) => ruleId === "MK3001" && accepted === undefined,
  );
  const places = new Set(open.map(placeOf));
  const malicious = options.findings.filter(({ ruleId }) => ruleId === "MK3002");
  const all = dependenciesOf(project);
  const vulnerable = all.filter((one) => places.has(placeOfDependency(one)));
  const names = new Set(vulnerable.map(({ dependency }) => `${dependency.ecosystem}:${dependency.name}`));
  const plans = [...names].map((key) => {
    const same = (one: Located): boolean => `${one.dependency.ecosystem}:${one.dependency.name}` === key;
    return planOne(vulnerable.filter(same), all.filter(same), project, options);
  });
  const refused = malicious.map(
    ({ file, line, package: name = "" }): Refusal => ({
      ...{ file, line, name, reason: say("adviseRemove", name) },
    }),
  );
  return {
    edits: plans.flatMap((plan) => plan.edits),
    raises: plans.flatMap((plan) => plan.raises),
    refusals: [...plans.flatMap((plan) => plan.refusals), ...refused],
  };
}

function placeOf({ file, line, column, package: name }: DepsFinding): string {
  return `${file}:${line}:${column}:${name}`;
}

function placeOfDependency({ file, dependency }: Located): string {
  const { line, column } = file.positionOf(dependency.at.start);
  return `${file.path}:${line}:${column}:${dependency.name}`;
}

function planOne(
  vulnerable: readonly Located[],
  same: readonly Located[],
  project: Project,
  options: FixOptions,
): FixPlan {
  const blocked = vulnerable.map((one) => ({ one, reason: whyNot(one, project) }));
  const refusals = blocked.flatMap(({ one, reason }) => (reason === undefined ? [] : refusal(one, reason)));
  const raised = blocked.flatMap(({ one, reason }) => (reason === undefined ? one : []));
  const [first] = raised;
  if (first === undefined) return { edits: [], raises: [], refusals };
  const page = options.pages.get(first.dependency.name);
  const wanted: Wanted = {
    raised,
    // What is vulnerable and stays has its own refusal; it forbids nothing to the others.
    others: same.filter((one) => !vulnerable.includes(one) && !isLock(one.file.kind)),
    pythons: project.files.flatMap(({ reading }) => reading.requiresPython ?? []),
    ...{ advisories: options.advisories, page },
  };
  const found = nearestSafe(wanted);
  if (found.version === undefined)
    return {
      edits: [],
      raises: [],
      refusals: [...refusals, ...raised.map((one) => refusal(one, found.reason))],
    };
  const { version } = found;
  const plans = raised.map((one) => raise(one, version, releaseOf(page?.releases, version)));
  return {
    edits: plans.flatMap((plan) => plan.edits),
    raises: plans.flatMap((plan) => plan.raises),
    refusals: [...refusals, ...plans.flatMap((plan) => plan.refusals)],
  };
}

/** How the tool that wrote a lock writes it anew. */
const COMMANDS: ReadonlyMap<FileKind, string> = new Map([
  ["pipfile-lock", "pipenv upgrade"],
  ["poetry-lock", "poetry update"],
  ["uv-lock", "uv lock --upgrade-package"],
  ["pdm-lock", "pdm update"],
  ["pylock", "pip lock"],
  ["npm-lock", "npm update"],
  ["yarn-lock", "yarn upgrade"],
  ["pnpm-lock", "pnpm update"],
]);

function whyNot({ file, dependency }: Located, project: Project): Said | undefined {
  const { version, versionAt, written, source, conda } = dependency;
  const command = COMMANDS.get(file.kind);
  if (command !== undefined) return say("refuseLock", `${command} ${written}`);
  if (version === undefined) return say("refuseRange", written);
  if (source !== undefined) return say("refuseSource", written);
  if (isOfModel(file, project)) return say("refuseModel");
  if (versionAt === undefined || parseVersion(version) === undefined) return say("refusePlace", written);
  if (parseVersion(version)?.local !== undefined) return say("refuseLocal", written, version);
  // A build belongs to one version.
  const after = file.source.text.slice(versionAt.end, versionAt.end + 1);
  return conda && after === "=" ? say("refuseBuild", written) : undefined;
}

/** Files of a model are what was signed and hashed. */
function isOfModel(file: ProjectFile, project: Project): boolean {
  const folder = folderOf(file.path);
  return project.files.some((one) => one.kind === "mlmodel" && folderOf(one.path) === folder);
}

function folderOf(path: string): string {
  return path.replace(/[^/\\]*$/u, "");
}

function refusal({ file, dependency }: Located, reason: Said): Refusal {
  const { line } = file.positionOf(dependency.at.start);
  return { file: file.path, line, name: dependency.written, reason };
}

function raise(located: Located, to: string, release: Release | undefined): FixPlan {
  const { file, dependency } = located;
  const { version = "", versionAt, hashes, hashesAt, written } = dependency;
  if (versionAt === undefined)
    return { edits: [], raises: [], refusals: [refusal(located, say("refusePlace", written))] };
  const renewed = hashes.length === 0 ? [] : renewedHashes(located, hashesAt, release);
  if (renewed === undefined)
    return { edits: [], raises: [], refusals: [refusal(located, say("refuseHashes", written, to))] };
  const { line } = file.positionOf(dependency.at.start);
  return {
    edits: [{ file, ...versionAt, text: to }, ...renewed],
    raises: [{ file: file.path, line, name: written, from: version, to }],
    refusals: [],
  };
}

/** The new release's hashes, laid out as the old ones were. */
function renewedHashes(
  { file, dependency }: Located,
  at: Span | undefined,
  release: Release | undefined,
): Edit[] | undefined {
  if (at === undefined || release === undefined || release.hashes.length === 0) return undefined;
  const { text } = file.source;
  const old = text.slice(at.start, at.end);
  const between = /--hash\S*(?: [^\s\\-]\S*)?((?:\s|\\)+)(?=--hash)/u.exec(old)?.[1];
  const before = text.slice(dependency.at.end, at.start);
  const separator = between ?? (/^(?:\s|\\)+$/u.test(before) ? before : " ");
  const hashes = [...new Set(release.hashes)].sort().map((hash) => `--hash=${hash}`);
  return [{ file, ...at, text: hashes.join(separator) }];
}

function releaseOf(releases: ReadonlyMap<string, Release> | undefined, version: string): Release | undefined {
  const wanted = parseVersion(version);
  if (releases === undefined || wanted === undefined) return undefined;
  for (const [text, release] of releases) {
    const known = parseVersion(text);
    if (known !== undefined && compareVersions(known, wanted) === 0) return release;
  }
  return undefined;
}
