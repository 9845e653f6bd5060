import { parseArgs, type ParseArgsConfig } from "node:util";
import { UsageError } from "../command.ts";

export interface Options {
  /** Words that are no options. */
  readonly words: readonly string[];
  /** A text option; an empty one counts as not given. */
  text(name: string): string | undefined;
  flag(name: string): boolean;
}

/**
 * Reads a command line whose options are all texts, but for the flags named.
 * @throws {Error} with an `ERR_PARSE_ARGS…` code, which `main` prints as one line
 */
export function readOptions(
  argv: readonly string[],
  texts: readonly string[],
  flags: readonly string[] = [],
): Options {
  const options: NonNullable<ParseArgsConfig["options"]> = { help: { type: "boolean", short: "h" } };
  for (const name of texts) options[name] = { type: "string" };
  for (const name of flags) options[name] = { type: "boolean" };
  const { values, positionals } = parseArgs({ args: [...argv], allowPositionals: true, options });
  const given = new Map(Object.entries(values));
  return {
    words: positionals,
    text: (name) => {
      const value = given.get(name);
      return typeof value === "string" && value !== "" ? value : undefined;
    },
    flag: (name) => given.get(name) === true,
  };
}

/** A whole number. @throws {UsageError} */
export function wholeNumber(text: string, what: string, min: number, max: number): number {
  const value = /^\d{1,15}$/u.test(text) ? Number(text) : Number.NaN;
  if (!(value >= min && value <= max)) {
    throw new UsageError(`${what} is not a whole number from ${min} to ${max}`, "see --help");
  }
  return value;
}

const UNITS = new Map([
  ["m", 60_000],
  ["h", 3_600_000],
  ["d", 86_400_000],
  ["w", 604_800_000],
]);

/** Milliseconds of a span such as `90d`, `12h`, `30m`, `2w`. @throws {UsageError} */
export function span(text: string): number {
  const [, digits = "", unit = ""] = /^([1-9]\d{0,5})([mhdw])$/u.exec(text) ?? [];
  const milliseconds = UNITS.get(unit);
  if (milliseconds === undefined)
    throw new UsageError(`${JSON.stringify(text)} is no span of time`, "write 90d, 12h, 30m or 2w");
  return Number(digits) * milliseconds;
}
