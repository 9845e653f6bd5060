import { parseArgs } from "node:util";
import { isScoreFormat, SCORE_FORMATS, type ScoreFormat } from "@modelkeep/code-audit/reports/score";
import { type AuditInput, INPUT_FLAGS, inputOf } from "../audit/options.ts";
import { UsageError } from "../command.ts";
import type { Config } from "../config.ts";
import { type Environment, type Given, pick } from "../pick.ts";

/** `modelkeep score` as it was called. */
export interface ScoreOptions extends AuditInput {
  readonly format: ScoreFormat;
  readonly output: string | undefined;
  readonly failUnder: number | undefined;
  /** Folders or zips of OSV records. */
  readonly osv: readonly string[];
  readonly help: boolean;
}

/** @throws {UsageError} */
export function parseScoreOptions(
  argv: readonly string[],
  env: Environment,
  { audit, deps }: Pick<Config, "audit" | "deps">,
): ScoreOptions {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      ...INPUT_FLAGS,
      format: { type: "string" },
      output: { type: "string", short: "o" },
      "fail-under": { type: "string" },
      osv: { type: "string", multiple: true },
    },
  });
  const given: Given = values;
  const help = values.help === true;
  if (positionals.length === 0 && !help) {
    throw new UsageError("score: nothing to score", "name a file or a folder");
  }
  return {
    ...inputOf("score", positionals, given, env, audit),
    format: formatOf(pick(given, env, "format", undefined) ?? "text"),
    output: pick(given, env, "output", undefined),
    failUnder: pointsOf(pick(given, env, "fail-under", undefined)),
    osv: osvOf(values.osv, env, deps),
    help,
  };
}

/** Advisories by flag, then `MODELKEEP_OSV`, then `deps.osv` of the configuration. */
export function osvOf(
  flags: readonly string[] | undefined,
  env: Environment,
  deps: Config["deps"],
): readonly string[] {
  if (flags !== undefined) return flags;
  const named = env["MODELKEEP_OSV"] || deps["osv"];
  return typeof named === "string" ? [named] : [];
}

function formatOf(text: string): ScoreFormat {
  if (isScoreFormat(text)) return text;
  throw new UsageError(
    `score: unknown format ${JSON.stringify(text)}`,
    `use one of ${SCORE_FORMATS.join(", ")}`,
  );
}

function pointsOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const points = /^[0-9]{1,3}$/u.test(text) ? Number(text) : Number.NaN;
  if (points <= 100) return points;
  throw new UsageError(`score: --fail-under ${JSON.stringify(text)} is no score`, "use 0 to 100");
}
