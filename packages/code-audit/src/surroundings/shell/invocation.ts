import type { Mapped } from "../common/mapped.ts";
import type { Script, Word } from "./syntax.ts";
import { type Value, type Variables, valueOf } from "./values.ts";

/** One argument, with its value as far as it is known and its place in the script's text. */
export interface Argument extends Value {
  readonly start: number;
  readonly end: number;
  /** `undefined` for an argument that no shell read (a JSON array, a YAML list). */
  readonly word?: Word;
  /** Of an argument that no shell read, where its characters stand when that is not simply behind `start`. */
  readonly mapped?: Mapped;
}

/** One program that is started. Wrappers (`sudo`, `nohup`, `exec`, `env A=b`, `timeout 5`, `uv run` …) are taken away. */
export interface Invocation {
  /** The program's name without its folder; `mlflow` also for `python -m mlflow`. */
  readonly name: string;
  /** Where the name stands. */
  readonly head: Argument;
  readonly args: readonly Argument[];
  readonly variables: Variables;
  /** What the wrappers were, `sudo` among them. */
  readonly wrappers: readonly string[];
  /** The node of the script; `-1` for an argument vector. */
  readonly node: number;
  readonly script?: Script;
}

/** Each wrapper with its options that take a value. */
const WRAPPERS: ReadonlyMap<string, { readonly values: readonly string[]; readonly skip?: number }> = new Map(
  [
    ["sudo", { values: ["-u", "-g", "-h", "-p", "-C", "--user", "--group"] }],
    ["doas", { values: ["-u"] }],
    ["nohup", { values: [] }],
    ["exec", { values: ["-a"] }],
    ["command", { values: [] }],
    ["builtin", { values: [] }],
    ["time", { values: ["-f", "-o"] }],
    ["nice", { values: ["-n"] }],
    ["ionice", { values: ["-c", "-n"] }],
    ["stdbuf", { values: ["-i", "-o", "-e"] }],
    ["setsid", { values: [] }],
    ["timeout", { values: ["-s", "-k", "--signal", "--kill-after"], skip: 1 }],
    ["env", { values: ["-u", "-C", "--unset", "--chdir"] }],
    ["tini", { values: ["-p", "-e"] }],
    ["dumb-init", { values: ["-r"] }],
    ["gosu", { values: [], skip: 1 }],
    ["su-exec", { values: [], skip: 1 }],
    ["catchsegv", { values: [] }],
    ["ddtrace-run", { values: [] }],
    ["opentelemetry-instrument", { values: [] }],
  ],
);
/** Programs whose sub-command starts another: `uv run mlflow`. */
const RUNNERS: ReadonlyMap<string, readonly string[]> = new Map([
  ["uv", ["--with", "--python", "-p", "--project", "--directory", "--extra", "--group"]],
  ["poetry", ["-C", "--directory"]],
  ["pipenv", []],
  ["pdm", ["-p"]],
  ["hatch", []],
  ["rye", []],
  ["pixi", ["-e"]],
  ["conda", ["-n", "-p", "--name", "--prefix"]],
  ["mamba", ["-n", "-p", "--name", "--prefix"]],
  ["micromamba", ["-n", "-p", "--name", "--prefix"]],
]);
const PYTHON = /^(?:python|pypy)(?:\d+(?:\.\d+)?)?(?:\.exe)?$/u;

/** The name of a program without its folder. */
export function programName(text: string): string {
  return text.slice(text.lastIndexOf("/") + 1);
}

export function isPython(name: string): boolean {
  return PYTHON.test(name);
}

/** What one command of a script starts; `undefined` for a mere assignment. */
export function invocationOf(script: Script, index: number, variables: Variables): Invocation | undefined {
  const node = script.nodes[index];
  if (node === undefined || node.kind === "group" || node.words.length === 0) return undefined;
  const own: Variables = new Map(variables);
  for (const { name, value } of node.assignments) own.set(name, valueOf(value, variables));
  const args = node.words.map((word) => ({
    ...valueOf(word, variables),
    start: word.start,
    end: word.end,
    word,
  }));
  return unwrap(args.flatMap(split), own, index, script);
}

/** An argument vector that no shell reads. */
export function vectorInvocation(args: readonly Argument[], variables: Variables): Invocation | undefined {
  return unwrap(args, new Map(variables), -1);
}

/** A bare variable whose known value has blanks is several arguments: `OPTS="--host 0.0.0.0"; mlflow server $OPTS`. */
function split(argument: Argument): Argument[] {
  const parts = argument.word?.parts ?? [];
  const bareVariable = parts.length === 1 && parts[0]?.kind === "variable" && !parts[0].quoted;
  if (!bareVariable || !/\s/u.test(argument.text)) return [argument];
  return argument.text
    .trim()
    .split(/\s+/u)
    .slice(0, 200)
    .map((text) => ({ ...argument, text }));
}

function unwrap(
  all: readonly Argument[],
  variables: Variables,
  node: number,
  script?: Script,
): Invocation | undefined {
  const wrappers: string[] = [];
  let args = all;
  for (let turn = 0; turn < 8; turn++) {
    const [head, ...rest] = args;
    if (head === undefined) return undefined;
    const name = programName(head.text);
    const next = inner(name, rest, variables);
    if (next === undefined) {
      const base = { name: name.replace(/\.exe$/u, ""), head, args: rest, variables, wrappers, node };
      return script === undefined ? base : { ...base, script };
    }
    wrappers.push(name);
    args = next;
  }
  return undefined;
}

/** What a wrapper starts; `undefined` when the program is none. */
function inner(
  name: string,
  rest: readonly Argument[],
  variables: Variables,
): readonly Argument[] | undefined {
  const wrapper = WRAPPERS.get(name);
  if (wrapper !== undefined) {
    const from = behindOptions(rest, wrapper.values, variables) + (wrapper.skip ?? 0);
    return from < rest.length ? rest.slice(from) : undefined;
  }
  const values = RUNNERS.get(name);
  if (values !== undefined) {
    const run = behindOptions(rest, values, variables);
    if (rest[run]?.text !== "run") return undefined;
    const program = rest.slice(run + 1);
    const from = behindOptions(program, values, variables);
    return from < program.length ? program.slice(from) : undefined;
  }
  if (isPython(name)) return moduleOf(rest);
  return undefined;
}

function moduleOf(rest: readonly Argument[]): readonly Argument[] | undefined {
  const flag = rest.findIndex((one) => one.text === "-m" || !/^-[BEIOsSuvWXq]/u.test(one.text));
  if (rest[flag]?.text !== "-m") return undefined;
  return rest.slice(flag + 1);
}

/** Index of the first argument that is no option (nor an option's value, nor `A=b` of `env`). */
function behindOptions(args: readonly Argument[], values: readonly string[], variables: Variables): number {
  for (let at = 0; at < args.length; at++) {
    const text = args[at]?.text ?? "";
    const set = /^([A-Za-z_][A-Za-z0-9_]*)=(.*)$/su.exec(text);
    if (text === "--") return at + 1;
    if (set !== null) variables.set(set[1] ?? "", { ...(args[at] as Argument), text: set[2] ?? "" });
    else if (!text.startsWith("-")) return at;
    else if (values.includes(text)) at++;
  }
  return args.length;
}

/** An option's value and the stretch from the option to the value's end. */
export interface Option extends Argument {
  readonly option: string;
  readonly optionStart: number;
}

/**
 * All uses of an option: `--host X`, `--host=X`, `-h X`, `-hX`. The value of an option that ends the command is empty.
 * @param names with their dashes
 */
export function optionsOf(args: readonly Argument[], ...names: readonly string[]): Option[] {
  const found: Option[] = [];
  for (const [index, argument] of args.entries()) {
    for (const name of names) {
      const value = valueAt(args, index, argument, name);
      if (value !== undefined) found.push({ ...value, option: name, optionStart: argument.start });
    }
  }
  return found;
}

function valueAt(
  args: readonly Argument[],
  index: number,
  argument: Argument,
  name: string,
): Argument | undefined {
  const { text } = argument;
  if (text === name) return args[index + 1] ?? { ...argument, text: "" };
  if (text.startsWith(`${name}=`)) return { ...argument, text: text.slice(name.length + 1) };
  const short = name.length === 2 && !name.startsWith("--") && text.startsWith(name) && text.length > 2;
  return short ? { ...argument, text: text.slice(2) } : undefined;
}

/** Is the flag given: `-k`, `--insecure`, or a short one in a bundle such as `-fsSLk`. */
export function hasFlag(args: readonly Argument[], ...names: readonly string[]): Argument | undefined {
  return args.find(({ text }) =>
    names.some((name) => {
      if (text === name) return true;
      return (
        name.length === 2 && name[1] !== "-" && /^-[A-Za-z]+$/u.test(text) && text.includes(name[1] ?? "\0")
      );
    }),
  );
}
