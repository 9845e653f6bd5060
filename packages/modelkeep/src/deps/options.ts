import { parseArgs } from "node:util";
import {
  type Accepted,
  configuredIndex,
  DEFAULT_MAX_AGE_DAYS,
  DEPS_FORMATS,
  type DepsFormat,
  isDepsFormat,
  type Lang,
  OSV_SERVICE,
  readAccepted,
} from "@modelkeep/deps";
import type { Severity } from "@modelkeep/findings";
import { UsageError } from "../command.ts";

/** `modelkeep deps` as it was called. */
export interface DepsOptions {
  readonly paths: readonly string[];
  readonly format: DepsFormat;
  readonly output: string | undefined;
  readonly lang: Lang;
  readonly failOn: Severity;
  /** Folders or zips of OSV records. */
  readonly osv: readonly string[];
  readonly maxAgeDays: number;
  readonly requireHashes: boolean;
  readonly accepted: readonly Accepted[];
  /** Address of the OSV service; undefined: not asked. */
  readonly osvUrl: string | undefined;
  /** Address of the index (`…/simple`); undefined: not asked. */
  readonly indexUrl: string | undefined;
  readonly online: boolean;
  readonly fix: boolean;
  readonly diff: boolean;
  readonly help: boolean;
}

/** The section `deps` of `modelkeep.yaml`. */
export interface DepsDefaults {
  readonly format?: string;
  readonly lang?: string;
  readonly fail_on?: string;
  readonly osv?: string;
  readonly max_age?: number;
  readonly require_hashes?: boolean;
  readonly online?: boolean;
  readonly osv_url?: string;
  readonly index_url?: string;
  readonly accept?: unknown;
}

type Env = Readonly<Record<string, string | undefined>>;
type Given = Readonly<Record<string, string | boolean | (string | boolean)[] | undefined>>;

const FAIL_ON = ["critical", "high", "medium", "low"] as const;

/**
 * Reads the command line: flags, then `MODELKEEP_*`, then the configuration file.
 * @throws {UsageError}
 */
export function parseDepsOptions(argv: readonly string[], env: Env, defaults: DepsDefaults): DepsOptions {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      format: { type: "string" },
      output: { type: "string", short: "o" },
      lang: { type: "string" },
      "fail-on": { type: "string" },
      osv: { type: "string", multiple: true },
      "max-age": { type: "string" },
      "require-hashes": { type: "boolean" },
      online: { type: "boolean" },
      "osv-url": { type: "string" },
      "index-url": { type: "string" },
      fix: { type: "boolean" },
      diff: { type: "boolean" },
      help: { type: "boolean", short: "h" },
    },
  });
  const given: Given = values;
  const help = given["help"] === true;
  if (positionals.length === 0 && !help)
    throw new UsageError("deps: nothing to look at", "name a file or a folder");
  const text = (name: string, last: string | undefined): string | undefined => pick(given, env, name, last);
  const online = given["online"] === true || env["MODELKEEP_ONLINE"] === "1" || defaults.online === true;
  const index = text("index-url", defaults.index_url) ?? (online ? configuredIndex(env) : undefined);
  return {
    paths: positionals,
    format: formatOf(text("format", defaults.format) ?? "text"),
    output: text("output", undefined),
    lang: langOf(text("lang", defaults.lang) ?? "en"),
    failOn: severityOf(text("fail-on", defaults.fail_on) ?? "high"),
    osv: values.osv ?? single(text("osv", defaults.osv)),
    maxAgeDays: daysOf(text("max-age", defaults.max_age?.toString()) ?? String(DEFAULT_MAX_AGE_DAYS)),
    requireHashes: given["require-hashes"] === true || defaults.require_hashes === true,
    accepted: help ? [] : readAccepted(defaults.accept),
    osvUrl: online ? addressOf("osv-url", text("osv-url", defaults.osv_url) ?? OSV_SERVICE) : undefined,
    indexUrl: online && index !== undefined ? addressOf("index-url", index) : undefined,
    online,
    fix: given["fix"] === true,
    diff: given["diff"] === true,
    help,
  };
}

function single(value: string | undefined): string[] {
  return value === undefined ? [] : [value];
}

function pick(given: Given, env: Env, name: string, last: string | undefined): string | undefined {
  const flag = given[name];
  if (typeof flag === "string") return flag;
  const variable = env[`MODELKEEP_${name.toUpperCase().replaceAll("-", "_")}`];
  return variable === undefined || variable === "" ? last : variable;
}

function formatOf(text: string): DepsFormat {
  if (isDepsFormat(text)) return text;
  throw new UsageError(
    `deps: unknown format ${JSON.stringify(text)}`,
    `use one of ${DEPS_FORMATS.join(", ")}`,
  );
}

function langOf(text: string): Lang {
  if (text === "en" || text === "zh") return text;
  throw new UsageError(`deps: unknown language ${JSON.stringify(text)}`, "use en or zh");
}

function severityOf(text: string): Severity {
  const found = FAIL_ON.find((one) => one === text);
  if (found !== undefined) return found;
  throw new UsageError(`deps: unknown severity ${JSON.stringify(text)}`, `use one of ${FAIL_ON.join(", ")}`);
}

/** Only protected connections: who is on the way of another could answer that all is well. */
function addressOf(name: string, text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isLoopback = url !== undefined && /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/u.test(url.hostname);
  if (url?.protocol === "https:" || (url?.protocol === "http:" && isLoopback)) return text;
  throw new UsageError(`deps: --${name} is no https address`, "use https, or http on this machine");
}

function daysOf(text: string): number {
  if (/^\d{1,5}$/u.test(text)) return Number(text);
  throw new UsageError(`deps: --max-age ${JSON.stringify(text)} is no number of days`, "use a whole number");
}
