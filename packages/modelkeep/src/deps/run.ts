import { fstatSync } from "node:fs";
import {
  auditProject,
  type DepsReport,
  exitCodeOf,
  OsvDatabase,
  readProject,
  recordsSource,
  renderReport,
} from "@modelkeep/deps";
import { UsageError } from "../command.ts";
import { fileOutput } from "../scan/output.ts";
import { standardOutput } from "../scan/standard-output.ts";
import type { DepsOptions } from "./options.ts";

/** Does what `modelkeep deps` was asked. @returns 0 well, 1 findings, 2 something was not read or not looked up */
export async function runDeps(options: DepsOptions, version: string): Promise<number> {
  const project = readProject(options.paths);
  if (project.files.length === 0 && project.unread.length === 0)
    throw new UsageError(
      `deps: no file of dependencies in ${options.paths.join(", ")}`,
      "name the file itself",
    );
  const sources = options.osv.map((path) => recordsSource(path, OsvDatabase.open(path, ["PyPI", "npm"])));
  const { requireHashes, accepted, maxAgeDays } = options;
  const report = auditProject(project, { sources, requireHashes, accepted, maxAgeDays, now: Date.now() });
  const output = options.output === undefined ? standardOutput() : fileOutput(options.output);
  const { format, lang } = options;
  const color = options.output === undefined && format === "text" && isTerminal();
  output.write(renderReport(report, { format, lang, color, version }));
  output.close();
  warn(report);
  return exitCodeOf(report, options.failOn);
}

/** What a person must know who looks at the exit code or at a document only. */
function warn(report: DepsReport): void {
  if (report.sources.length === 0)
    say("no package was looked up, for no advisories were given: name OSV records with --osv");
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
  process.stderr.write(`modelkeep: ${text}\n`);
}

/** Whether standard output shows colour. */
function isTerminal(): boolean {
  return fstatSync(1).isCharacterDevice() && process.stdout.isTTY && process.stdout.hasColors();
}
