import type { Range } from "../common/reporter.ts";
import { type Argument, type Invocation, vectorInvocation } from "../shell/invocation.ts";
import { readScript } from "../shell/read.ts";
import { type Script } from "../shell/syntax.ts";
import { type Variables, expand, stated } from "../shell/values.ts";
import { type Instruction, jsonForm } from "./read.ts";

/** One `FROM` and what follows it. */
export interface Stage {
  readonly from: Instruction;
  readonly base: string;
  readonly name: string;
  readonly instructions: readonly Instruction[];
  /** What `ARG` and `ENV` state. */
  readonly variables: Variables;
}

/** What a container of the stage starts. */
export type Start =
  | { readonly form: "vector"; readonly invocation: Invocation; readonly range: Range }
  | { readonly form: "shell"; readonly script: Script; readonly range: Range };

/** Settings of an `ENV` or `ARG` instruction. */
export interface Set {
  readonly name: string;
  readonly value: string | undefined;
  readonly range: Range;
}

export function stagesOf(instructions: readonly Instruction[]): readonly Stage[] {
  const global: Variables = new Map();
  const stages: {
    from: Instruction;
    base: string;
    name: string;
    instructions: Instruction[];
    variables: Variables;
  }[] = [];
  for (const instruction of instructions) {
    const last = stages.at(-1);
    if (instruction.name === "FROM") {
      const words = instruction.body.text
        .trim()
        .split(/\s+/u)
        .filter((word) => !word.startsWith("--"));
      const base = expand(words[0] ?? "", global).text;
      const name = words[1]?.toLowerCase() === "as" ? (words[2] ?? "").toLowerCase() : "";
      stages.push({ from: instruction, base, name, instructions: [], variables: new Map(global) });
    } else if (last === undefined) learn(instruction, global);
    else {
      last.instructions.push(instruction);
      learn(instruction, last.variables);
    }
  }
  return stages;
}

function learn(instruction: Instruction, variables: Variables): void {
  if (instruction.name !== "ENV" && instruction.name !== "ARG") return;
  for (const { name, value } of setsOf(instruction)) {
    if (value !== undefined) variables.set(name, stated(expand(value, variables).text));
  }
}

/** `ENV A=b C="d e"`, `ENV A b`, `ARG A`, `ARG A=b`. */
export function setsOf(instruction: Instruction): readonly Set[] {
  const { body } = instruction;
  const old = /^\s*([A-Za-z_][A-Za-z0-9_]*)\s+([^=\s].*)$/su.exec(body.text);
  if (instruction.name === "ENV" && old !== null) {
    return [{ name: old[1] ?? "", value: (old[2] ?? "").trim(), range: body.range(0, body.text.length) }];
  }
  const [node] = readScript(body).nodes;
  const given = (node?.assignments ?? []).map(({ name, value }) => ({
    name,
    value: body.text.slice(value.start, value.end).replaceAll(/^["']|["']$/gu, ""),
    range: body.range(Math.max(0, value.start - name.length - 1), value.end),
  }));
  const bare = (node?.words ?? []).map((word) => ({
    name: body.text.slice(word.start, word.end),
    value: undefined,
    range: body.range(word.start, word.end),
  }));
  return [...given, ...bare];
}

/** What the last `ENTRYPOINT` and `CMD` of the stage start together, in the rules of Docker. */
export function startOf(stage: Stage): Start | undefined {
  const entry = stage.instructions.findLast(({ name, onbuild }) => name === "ENTRYPOINT" && !onbuild);
  const command = stage.instructions.findLast(({ name, onbuild }) => name === "CMD" && !onbuild);
  const entryVector = entry === undefined ? undefined : jsonForm(entry.body);
  if (entry !== undefined && entryVector === undefined) return shellStart(entry);
  const commandVector = command === undefined ? undefined : jsonForm(command.body);
  if (command !== undefined && commandVector === undefined && entry === undefined) return shellStart(command);
  const args = [...(entryVector ?? []), ...(commandVector ?? [])].map(argument);
  const where = command ?? entry;
  const invocation = vectorInvocation(args, stage.variables);
  if (where === undefined || invocation === undefined) return undefined;
  return { form: "vector", invocation, range: where.range };
}

function shellStart(instruction: Instruction): Start {
  return { form: "shell", script: readScript(instruction.body), range: instruction.range };
}

/** One string of a vector; no shell reads it, so nothing in it is expanded. */
export function argument({ text, range }: { readonly text: string; readonly range: Range }): Argument {
  return { ...stated(text), start: range[0], end: range[1] };
}
