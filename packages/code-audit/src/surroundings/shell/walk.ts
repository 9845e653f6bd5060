import { Mapped } from "../common/mapped.ts";
import { type Argument, type Invocation, invocationOf } from "./invocation.ts";
import { readScript } from "./read.ts";
import { type Script, nextSibling } from "./syntax.ts";
import { type Variables, valueOf } from "./values.ts";

export const SHELLS: ReadonlySet<string> = new Set(["sh", "bash", "dash", "zsh", "ksh", "ash", "busybox"]);
/** Programs whose last argument, in quotes, is a command for a shell elsewhere. */
const REMOTE: ReadonlySet<string> = new Set(["ssh", "tmux", "screen", "watch"]);
const DECLARES: ReadonlySet<string> = new Set(["export", "declare", "readonly", "local", "typeset"]);
const NESTING = 6;

/** A command where it stands: nested scripts (`$(…)`, `bash -c "…"`, a heredoc for `sh`) are walked as well. */
export interface Site {
  readonly invocation: Invocation;
  readonly script: Script;
  readonly node: number;
  /** Of a command in `$(…)`: the command that it is a part of. */
  readonly outer?: { readonly script: Script; readonly node: number };
  /** In how many substitutions, `-c` texts and heredocs. */
  readonly nesting: number;
}

/**
 * Every command of a script in its order, with what is known of the variables there.
 * @param variables what is set before; is changed to what is set at the end
 */
export function* walk(script: Script, variables: Variables, nesting = 0): Generator<Site> {
  for (let index = 0; index < script.nodes.length; index++) {
    const node = script.nodes[index];
    if (node === undefined || node.kind === "group") continue;
    const invocation = invocationOf(script, index, variables);
    if (nesting < NESTING) yield* nested(script, index, variables, invocation, nesting);
    if (invocation === undefined) {
      for (const { name, value } of node.assignments) variables.set(name, valueOf(value, variables));
      continue;
    }
    yield { invocation, script, node: index, nesting };
    if (DECLARES.has(invocation.name)) declare(invocation, variables);
    if (invocation.name === "read") forget(invocation, variables);
  }
}

function declare(invocation: Invocation, variables: Variables): void {
  for (const argument of invocation.args) {
    const match = /^([A-Za-z_][A-Za-z0-9_]*)=(.*)$/su.exec(argument.text);
    if (match !== null) variables.set(match[1] ?? "", { ...argument, text: match[2] ?? "" });
  }
}

function forget(invocation: Invocation, variables: Variables): void {
  for (const { text } of invocation.args) variables.delete(text);
}

function* nested(
  script: Script,
  index: number,
  variables: Variables,
  invocation: Invocation | undefined,
  nesting: number,
): Generator<Site> {
  const node = script.nodes[index];
  if (node === undefined) return;
  for (const word of [...node.words, ...node.assignments.map((one) => one.value)]) {
    for (const part of word.parts) {
      if (part.kind !== "substitution") continue;
      for (const site of walk(part.script, new Map(variables), nesting + 1)) {
        yield { ...site, outer: site.outer ?? { script, node: index } };
      }
    }
  }
  const inner = invocation === undefined ? undefined : innerScript(script, index, invocation);
  if (inner !== undefined) yield* walk(inner, new Map(invocation?.variables ?? variables), nesting + 1);
}

/** The script of `bash -c '…'`, `su x -c "…"` and `sh <<EOF`. */
function innerScript(script: Script, index: number, invocation: Invocation): Script | undefined {
  if (REMOTE.has(invocation.name)) return quotedScript(script, invocation.args.at(-1));
  const isShell = SHELLS.has(invocation.name);
  if (!isShell && invocation.name !== "su" && invocation.name !== "runuser") return undefined;
  const flag = invocation.args.findIndex(({ text }) => /^-[a-z]*c$/u.test(text));
  const text = flag < 0 ? undefined : invocation.args[flag + 1];
  if (text !== undefined) return quotedScript(script, text);
  if (!isShell || flag >= 0) return undefined;
  const body = script.nodes[index]?.redirects.find((one) => one.body !== undefined)?.body;
  return body === undefined ? undefined : readScript(script.source.slice(body.start, body.end));
}

/** The text of one quoted argument. Between the quotes it lies in the file as it is; an escape moves a column at most. */
function quotedScript(script: Script, argument: Argument | undefined): Script | undefined {
  if (argument?.word === undefined) return undefined;
  const { start, end } = argument.word;
  if (!/^(["'])[\s\S]*\1$/u.test(script.source.text.slice(start, end))) return undefined;
  return readScript(script.source.slice(start + 1, end - 1));
}

/** The node behind `||`, when there is one. */
export function alternativeOf(script: Script, index: number): number | undefined {
  if (script.nodes[index]?.after !== "||") return undefined;
  const next = nextSibling(script, index);
  return next < 0 ? undefined : next;
}

/** A script that is a line of its own, such as an entry of `before_script`. */
export function scriptOf(text: string, at = 0): Script {
  return readScript(Mapped.whole(text, at));
}
