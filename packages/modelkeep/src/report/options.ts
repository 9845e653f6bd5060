import { parseArgs } from "node:util";
import { type AuditInput, type FailOn, failOnOf, INPUT_FLAGS, inputOf } from "../audit/options.ts";
import { UsageError } from "../command.ts";
import type { Config } from "../config.ts";
import { type Environment, type Given, pick } from "../pick.ts";
import { osvOf } from "../score/options.ts";

/** `modelkeep report` as it was called. */
export interface ReportOptions extends AuditInput {
  readonly outputDir: string;
  readonly failOn: FailOn;
  readonly strict: boolean;
  readonly osv: readonly string[];
  readonly help: boolean;
}

/** @throws {UsageError} */
export function parseReportOptions(
  argv: readonly string[],
  env: Environment,
  { audit, deps }: Pick<Config, "audit" | "deps">,
): ReportOptions {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      ...INPUT_FLAGS,
      "output-dir": { type: "string", short: "o" },
      "fail-on": { type: "string" },
      osv: { type: "string", multiple: true },
    },
  });
  const given: Given = values;
  const help = values.help === true;
  const outputDir = pick(given, env, "output-dir", undefined);
  if (!help && positionals.length === 0)
    throw new UsageError("report: nothing to report on", "name a file or a folder");
  if (!help && outputDir === undefined)
    throw new UsageError("report: no folder to write to", "give --output-dir DIR");
  return {
    ...inputOf("report", positionals, given, env, audit),
    outputDir: outputDir ?? "",
    failOn: failOnOf("report", pick(given, env, "fail-on", audit.fail_on) ?? "high"),
    strict: audit.strict ?? false,
    osv: osvOf(values.osv, env, deps),
    help,
  };
}
