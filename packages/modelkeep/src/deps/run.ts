import { fstatSync } from "node:fs";
import {
  Advisories,
  auditProject,
  changedFiles,
  type DepsReport,
  exitCodeOf,
  type FixPlan,
  gatherOnline,
  OsvDatabase,
  planFixes,
  readProject,
  recordsSource,
  renderReport,
  tell,
  unifiedDiff,
  writeChanged,
} from "@modelkeep/deps";
import { UsageError } from "../command.ts";
import { fileOutput } from "../scan/output.ts";
import { standardOutput } from "../scan/standard-output.ts";
import type { DepsOptions } from "./options.ts";

type Project = ReturnType<typeof readProject>;
type Data = Pick<Parameters<typeof auditProject>[1], "sources"> & Awaited<ReturnType<typeof gatherOnline>>;

/** Does what `modelkeep deps` was asked. @returns 0 well, 1 findings, 2 something was not read or not looked up */
export async function runDeps(options: DepsOptions, version: string): Promise<number> {
  const project = projectOf(options);
  const now = Date.now();
  const data = await dataFor(project, options, now);
  const report = judge(project, data, options, now);
  if (options.fix || options.diff) return repair(project, data, report, options, version, now);
  return show(report, options, version);
}

function projectOf(options: DepsOptions): Project {
  const project = readProject(options.paths);
  if (project.files.length === 0 && project.unread.length === 0)
    throw new UsageError(
      `deps: no file of dependencies in ${options.paths.join(", ")}`,
      "name the file itself",
    );
  return project;
}

async function dataFor(project: Project, options: DepsOptions, now: number): Promise<Data> {
  const records = options.osv.map((path) => recordsSource(path, OsvDatabase.open(path, ["PyPI", "npm"])));
  const { online, osvUrl, indexUrl } = options;
  if (!online) return { sources: records, pages: new Map() };
  if (indexUrl === undefined)
    say(
      "no index is configured for pip or uv, so withdrawn releases are not known: name one with --index-url",
    );
  if (process.stderr.isTTY)
    say(`asking ${[osvUrl, indexUrl].flatMap((one) => (one ? new URL(one).host : [])).join(" and ")}…`);
  const asked = await gatherOnline(project, { osvUrl, indexUrl, now });
  return { sources: [...records, ...asked.sources], pages: asked.pages };
}

function judge(project: Project, data: Data, options: DepsOptions, now: number): DepsReport {
  const { requireHashes, accepted, maxAgeDays } = options;
  return auditProject(project, { ...data, requireHashes, accepted, maxAgeDays, now });
}

/** Shows the changes, or makes them and judges what is then there. */
function repair(
  project: Project,
  data: Data,
  report: DepsReport,
  options: DepsOptions,
  version: string,
  now: number,
): number {
  const advisories = new Advisories(data.sources);
  const plan = planFixes(project, { advisories, pages: data.pages, findings: report.findings });
  const changed = changedFiles(plan.edits);
  if (options.diff) {
    write(unifiedDiff(changed), options);
    tellPlan(plan, options, "would raise");
    warn(report);
    return exitCodeOf(report, options.failOn);
  }
  writeChanged(changed);
  tellPlan(plan, options, "raised");
  return show(
    changed.length === 0 ? report : judge(projectOf(options), data, options, now),
    options,
    version,
  );
}

function tellPlan({ raises, refusals }: FixPlan, { lang }: DepsOptions, verb: string): void {
  for (const { file, line, name, from, to } of raises)
    say(`${verb} ${name} ${from} to ${to} in ${file}:${line}`);
  for (const { file, line, name, reason } of refusals)
    say(`left ${name} in ${file}:${line} as it is: ${tell(reason, lang)}`);
}

function show(report: DepsReport, options: DepsOptions, version: string): number {
  const { format, lang, output } = options;
  const color = output === undefined && format === "text" && isTerminal();
  write(renderReport(report, { format, lang, color, version }), options);
  warn(report);
  return exitCodeOf(report, options.failOn);
}

function write(text: string, { output: path }: DepsOptions): void {
  const output = path === undefined ? standardOutput() : fileOutput(path);
  output.write(text);
  output.close();
}

/** What a person must know who looks at the exit code or at a document only. */
function warn(report: DepsReport): void {
  if (report.sources.length === 0)
    say(
      "no package was looked up, for no advisories were given: name OSV records with --osv, or use --online",
    );
  for (const { name, ageDays, isOld } of report.sources) {
    if (isOld)
      say(
        `the advisories in ${name} are ${ageDays} days old: get newer ones, what was found since is not in them`,
      );
  }
  if (report.sources.length > 0 && report.incomplete)
    say("something was not read or not looked up: see the findings MK3004 and MK3005");
}

function say(text: string): void {
  process.stderr.write(`modelkeep: ${text.replaceAll(/[\p{Cc}\p{Cf}]+/gu, " ")}\n`);
}

/** Whether standard output shows colour. */
function isTerminal(): boolean {
  return fstatSync(1).isCharacterDevice() && process.stdout.isTTY && process.stdout.hasColors();
}
