import { parseArgs } from "node:util";
import { UsageError } from "../command.ts";

/** One option of a signing command; the name is written with `-`. */
export interface OptionSpec {
  readonly type: "string" | "boolean";
  readonly multiple?: boolean;
  readonly short?: string;
}

export type OptionSpecs = Readonly<Record<string, OptionSpec>>;

/** A parsed command line: one positional argument, the model, and options. */
export class Arguments {
  readonly #command: string;
  readonly #values: ReadonlyMap<string, unknown>;
  readonly #positionals: readonly string[];

  /**
   * @param command for messages: `sign key`
   * @param argv options with `-` or, as the reference tool spells some, with `_`
   * @throws parseArgs' errors for unknown options and missing values
   */
  constructor(command: string, argv: readonly string[], specs: OptionSpecs) {
    this.#command = command;
    const { values, positionals } = parseArgs({
      args: withDashes(argv),
      allowPositionals: true,
      allowNegative: true,
      options: specs,
    });
    this.#values = new Map(Object.entries(values));
    this.#positionals = positionals;
  }

  /** The model's path. @throws {UsageError} unless there is exactly one */
  model(): string {
    const [model, second] = this.#positionals;
    if (model === undefined) this.fail("no model is named", "name a folder or a file");
    if (second !== undefined) this.fail(`${JSON.stringify(second)} is one path too many`, "name one model");
    return model;
  }

  text(name: string): string | undefined {
    const value = this.#values.get(name);
    return typeof value === "string" ? value : undefined;
  }

  /** @throws {UsageError} when it is not given */
  required(name: string): string {
    return this.text(name) ?? this.fail(`--${name} is missing`, "see --help");
  }

  texts(name: string): readonly string[] {
    const value = this.#values.get(name);
    return Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
  }

  /** Undefined when neither `--name` nor `--no-name` is given. */
  flag(name: string): boolean | undefined {
    const value = this.#values.get(name);
    return typeof value === "boolean" ? value : undefined;
  }

  fail(what: string, advice: string): never {
    throw new UsageError(`${this.#command}: ${what}`, advice);
  }
}

/** The reference tool spells some options with `_`, others with `-`, and changed its mind: both are taken for all. */
function withDashes(argv: readonly string[]): string[] {
  const end = argv.indexOf("--");
  return argv.map((word, index) => {
    if (!word.startsWith("--") || (end >= 0 && index >= end)) return word;
    const [name = "", ...value] = word.split("=");
    return [name.replaceAll("_", "-"), ...value].join("=");
  });
}
