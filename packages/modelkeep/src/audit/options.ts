import { parseArgs } from "node:util";
import type { AuditRule, Language } from "@modelkeep/code-audit";
import {
  AUDIT_FORMATS,
  type AuditFormat,
  isAuditFormat,
  isLanguage,
  LANGUAGES,
} from "@modelkeep/code-audit/reports/load";
import { UsageError } from "../command.ts";
import type { Config } from "../config.ts";
import { type Environment, type Given, pick } from "../pick.ts";

export const FAIL_ON = ["high", "medium", "low"] as const;

export type FailOn = (typeof FAIL_ON)[number];

/** What decides which findings there are and count; `audit`, `score` and `report` share it. */
export interface AuditInput {
  readonly paths: readonly string[];
  readonly lang: Language;
  readonly jobs: number | undefined;
  readonly baseline: string | undefined;
  /** Only these rules; empty: all. Ids, names, or the beginning of ids (`MK22`). */
  readonly rules: readonly string[];
  readonly ignore: readonly string[];
  /** File of the register of accepted risks. */
  readonly risks: string | undefined;
  /** Entries of the register from `modelkeep.yaml`. */
  readonly accepted: readonly unknown[];
  /** For `-`: the name that standard input would have as a file. */
  readonly stdinName: string;
}

/** `modelkeep audit` as it was called. */
export interface AuditCommandOptions extends AuditInput {
  readonly format: AuditFormat;
  readonly output: string | undefined;
  readonly failOn: FailOn;
  readonly strict: boolean;
  readonly writeBaseline: string | undefined;
  /** Leave out of the report what comments and the register silence. */
  readonly omitSuppressed: boolean;
  readonly fix: boolean;
  readonly diff: boolean;
  readonly explain: string | undefined;
  readonly help: boolean;
}

/** Flags of every command that audits. */
export const INPUT_FLAGS = {
  lang: { type: "string" },
  jobs: { type: "string", short: "j" },
  baseline: { type: "string" },
  rules: { type: "string" },
  ignore: { type: "string" },
  risks: { type: "string" },
  "stdin-filename": { type: "string" },
  help: { type: "boolean", short: "h" },
} as const;

/**
 * Reads the command line: flags, then `MODELKEEP_*`, then the configuration file.
 * @throws {UsageError}
 */
export function parseAuditOptions(
  argv: readonly string[],
  env: Environment,
  defaults: Config["audit"],
): AuditCommandOptions {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      ...INPUT_FLAGS,
      format: { type: "string" },
      output: { type: "string", short: "o" },
      "fail-on": { type: "string" },
      strict: { type: "boolean" },
      "write-baseline": { type: "string" },
      "omit-suppressed": { type: "boolean" },
      fix: { type: "boolean" },
      diff: { type: "boolean" },
      explain: { type: "string" },
    },
  });
  const given: Given = values;
  const explain = values.explain;
  const help = values.help === true;
  if (positionals.length === 0 && !help && explain === undefined) {
    throw new UsageError("audit: nothing to audit", "name a file, a folder, or - for standard input");
  }
  return {
    ...inputOf("audit", positionals, given, env, defaults),
    format: formatOf(pick(given, env, "format", defaults.format) ?? "text"),
    output: pick(given, env, "output", undefined),
    failOn: failOnOf("audit", pick(given, env, "fail-on", defaults.fail_on) ?? "high"),
    strict: values.strict ?? defaults.strict ?? false,
    writeBaseline: values["write-baseline"],
    omitSuppressed: values["omit-suppressed"] === true,
    fix: values.fix === true,
    diff: values.diff === true,
    explain,
    help,
  };
}

/** What `INPUT_FLAGS` say. @throws {UsageError} */
export function inputOf(
  command: string,
  paths: readonly string[],
  given: Given,
  env: Environment,
  defaults: Config["audit"],
): AuditInput {
  if (paths.includes("-") && paths.length > 1) {
    throw new UsageError(`${command}: standard input beside other paths`, "audit - alone");
  }
  return {
    paths,
    lang: languageOf(command, pick(given, env, "lang", defaults.lang), env),
    jobs: jobsOf(command, pick(given, env, "jobs", defaults.jobs?.toString())),
    baseline: pick(given, env, "baseline", defaults.baseline),
    rules: listOf(command, "rules", pick(given, env, "rules", undefined), defaults.rules),
    ignore: listOf(command, "ignore", pick(given, env, "ignore", undefined), defaults.ignore),
    risks: pick(given, env, "risks", defaults.risks),
    accepted: defaults.accepted ?? [],
    stdinName: pick(given, env, "stdin-filename", undefined) ?? "stdin.py",
  };
}

/** Rules that words mean. @throws {UsageError} for a word that means none */
export function matchingRules(
  command: string,
  words: readonly string[],
  rules: readonly AuditRule[],
): ReadonlySet<string> {
  const ids = words.flatMap((word) => {
    const lower = word.toLowerCase();
    const found = rules.filter(({ id, name }) => id.toLowerCase().startsWith(lower) || name === lower);
    if (found.length === 0) {
      throw new UsageError(
        `${command}: there is no rule ${JSON.stringify(word)}`,
        "see modelkeep audit --explain all, or docs/rules",
      );
    }
    return found.map(({ id }) => id);
  });
  return new Set(ids);
}

function formatOf(text: string): AuditFormat {
  if (isAuditFormat(text)) return text;
  throw new UsageError(
    `audit: unknown format ${JSON.stringify(text)}`,
    `use one of ${AUDIT_FORMATS.join(", ")}`,
  );
}

/** @throws {UsageError} */
export function failOnOf(command: string, text: string): FailOn {
  const found = FAIL_ON.find((one) => one === text);
  if (found !== undefined) return found;
  throw new UsageError(
    `${command}: --fail-on ${JSON.stringify(text)} is no severity`,
    `use one of ${FAIL_ON.join(", ")}`,
  );
}

/** As asked for; else Chinese where the user's locale is Chinese. */
function languageOf(command: string, text: string | undefined, env: Environment): Language {
  if (text === undefined) {
    const locale = env["LC_ALL"] || env["LC_MESSAGES"] || env["LANG"] || "";
    return /^zh(?:[_.@-]|$)/iu.test(locale) ? "zh" : "en";
  }
  if (isLanguage(text)) return text;
  throw new UsageError(
    `${command}: unknown language ${JSON.stringify(text)}`,
    `use one of ${LANGUAGES.join(", ")}`,
  );
}

const MAX_JOBS = 256;

function jobsOf(command: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const jobs = /^[0-9]{1,4}$/u.test(text) ? Number(text) : 0;
  if (jobs >= 1 && jobs <= MAX_JOBS) return jobs;
  throw new UsageError(
    `${command}: --jobs ${JSON.stringify(text)} is no number of threads`,
    `use 1 to ${MAX_JOBS}`,
  );
}

function listOf(
  command: string,
  name: string,
  text: string | undefined,
  configured: readonly unknown[] | undefined,
): readonly string[] {
  if (text !== undefined) return text.split(/[,\s]+/u).filter((word) => word !== "");
  return (configured ?? []).map((word) => {
    if (typeof word === "string") return word;
    throw new UsageError(
      `${command}: audit.${name} of modelkeep.yaml holds what is no text`,
      "list rules by id or name",
    );
  });
}
