import type { Mapped } from "../common/mapped.ts";

/** A piece of a word. `quoted`: within quotes of either kind, so that the shell neither splits nor globs what it becomes. */
export type Part =
  | { readonly kind: "text"; readonly text: string; readonly quoted: boolean; readonly start: number }
  | {
      readonly kind: "variable";
      readonly name: string;
      /** `X` of `${NAME:-X}` and `${NAME:=X}`. */
      readonly fallback?: string;
      readonly quoted: boolean;
      readonly start: number;
    }
  | {
      /** `$(…)`, backticks, `<(…)`. */
      readonly kind: "substitution";
      readonly script: Script;
      readonly quoted: boolean;
      readonly start: number;
    }
  | {
      /** `${{ … }}` or `{{ … }}`: another program puts something here before the shell sees it. */
      readonly kind: "expression";
      readonly text: string;
      readonly quoted: boolean;
      readonly start: number;
    };

/** Offsets are those of the script's `Mapped` text, end exclusive. */
export interface Word {
  readonly parts: readonly Part[];
  readonly start: number;
  readonly end: number;
}

export interface Assignment {
  readonly name: string;
  readonly value: Word;
}

export interface Redirect {
  readonly operator: string;
  readonly target: Word;
  /** Of a heredoc: what is between the lines, and where. */
  readonly body?: { readonly start: number; readonly end: number; readonly literal: boolean };
}

export type Operator = "&&" | "||" | ";" | "&" | "|" | "\n" | "end";

/** A simple command, or a group of them (`{ … }`, `( … )`, `if … fi`, a loop, a function's body). */
export interface Node {
  readonly kind: "command" | "group";
  /** Index of the group that it stands in; -1 at the top. */
  readonly parent: number;
  readonly assignments: Assignment[];
  readonly words: Word[];
  readonly redirects: Redirect[];
  /** Its outcome only decides a branch: `if HERE; then`, `while HERE; do`, `! HERE`. */
  readonly condition: boolean;
  readonly start: number;
  end: number;
  /** What stands behind it. */
  after: Operator;
}

export interface Script {
  readonly source: Mapped;
  readonly nodes: readonly Node[];
  /** Why the reading ended before the text did; what was read is there. */
  readonly stopped?: "depth" | "size" | "quote";
}

/** The next node at the same level; what follows `||` of this one. */
export function nextSibling(script: Script, index: number): number {
  const parent = script.nodes[index]?.parent;
  for (let at = index + 1; at < script.nodes.length; at++) {
    if (script.nodes[at]?.parent === parent) return at;
  }
  return -1;
}

/** The word as written without quotes when nothing in it changes at run time. */
export function constantOf(word: Word | undefined): string | undefined {
  if (word === undefined) return undefined;
  let text = "";
  for (const part of word.parts) {
    if (part.kind !== "text") return undefined;
    text += part.text;
  }
  return text;
}
