import { parseArgs } from "node:util";
import { isVerdict, VERDICTS, type Verdict } from "@modelkeep/findings";
import { isReportFormat, REPORT_FORMATS, type ReportFormat } from "@modelkeep/findings/writers/load";
import { UsageError } from "../command.ts";
import { type Given, pick } from "../pick.ts";

/** `modelkeep scan` as it was called. */
export interface ScanCommandOptions {
  readonly inputs: readonly string[];
  readonly format: ReportFormat;
  readonly output: string | undefined;
  readonly policy: string | undefined;
  /** Undefined: as many as are worth it. */
  readonly jobs: number | undefined;
  /** Undefined: whatever is not admitted fails. */
  readonly failOn: Verdict | undefined;
  readonly trace: boolean;
  /** MLflow's tracking server, where `MLFLOW_TRACKING_URI` does not name it. */
  readonly trackingUri: string | undefined;
  readonly help: boolean;
}

/** What flags and environment leave open, from `modelkeep.yaml`. */
export interface ScanDefaults {
  readonly format?: string;
  readonly jobs?: number;
  readonly fail_on?: string;
  readonly policy?: string;
  readonly tracking_uri?: string;
}

/**
 * Reads the command line: flags, then `MODELKEEP_*`, then the configuration file.
 * @throws {UsageError}
 */
export function parseScanOptions(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  defaults: ScanDefaults,
): ScanCommandOptions {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      format: { type: "string" },
      output: { type: "string", short: "o" },
      policy: { type: "string" },
      jobs: { type: "string", short: "j" },
      "fail-on": { type: "string" },
      trace: { type: "boolean" },
      help: { type: "boolean", short: "h" },
    },
  });
  const given: Given = values;
  const help = given["help"] === true;
  if (positionals.length === 0 && !help) {
    throw new UsageError("scan: nothing to scan", "name a file, a folder, a URI, or - for standard input");
  }
  return {
    inputs: positionals,
    format: formatOf(pick(given, env, "format", defaults.format) ?? "text"),
    output: pick(given, env, "output", undefined),
    policy: pick(given, env, "policy", defaults.policy),
    jobs: jobsOf(pick(given, env, "jobs", defaults.jobs?.toString())),
    failOn: verdictOf(pick(given, env, "fail-on", defaults.fail_on)),
    trace: given["trace"] === true,
    trackingUri: env["MLFLOW_TRACKING_URI"] || defaults.tracking_uri,
    help,
  };
}

function formatOf(text: string): ReportFormat {
  if (isReportFormat(text)) return text;
  throw new UsageError(
    `scan: unknown format ${JSON.stringify(text)}`,
    `use one of ${REPORT_FORMATS.join(", ")}`,
  );
}

function verdictOf(text: string | undefined): Verdict | undefined {
  if (text === undefined || isVerdict(text)) return text;
  throw new UsageError(`scan: unknown verdict ${JSON.stringify(text)}`, `use one of ${VERDICTS.join(", ")}`);
}

const MAX_JOBS = 256;

function jobsOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const jobs = /^[0-9]{1,4}$/u.test(text) ? Number(text) : 0;
  if (jobs >= 1 && jobs <= MAX_JOBS) return jobs;
  throw new UsageError(
    `scan: --jobs ${JSON.stringify(text)} is no number of workers`,
    `use 1 to ${MAX_JOBS}`,
  );
}
