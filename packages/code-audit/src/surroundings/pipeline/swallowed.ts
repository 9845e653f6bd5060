import { programName } from "../shell/invocation.ts";
import { type Node, type Script, constantOf, nextSibling } from "../shell/syntax.ts";

/** How the failure of a command is lost, and the stretch of the script's text that loses it. */
export interface Swallowed {
  readonly how: "alternative" | "pipe" | "set +e" | "branch" | "flag";
  readonly start: number;
  readonly end: number;
  /** `|| true` and nothing else: it can simply be taken out. */
  readonly removable: boolean;
}

export interface ShellOptions {
  /** Does the shell end at the first failure? */
  readonly errexit: boolean;
  /** Does a pipeline fail when any part of it does? */
  readonly pipefail: boolean;
}

/** Is what this command reports by its exit code lost? */
export function swallowed(script: Script, index: number, options: ShellOptions): Swallowed | undefined {
  return (
    byAlternative(script, index) ??
    byPipe(script, index, options) ??
    byOption(script, index, options) ??
    byBranch(script, index)
  );
}

/** `cmd || true`, `cmd && next || true`, also of a group around it. */
function byAlternative(script: Script, index: number): Swallowed | undefined {
  for (let at = index, depth = 0; at >= 0 && depth < 20; at = script.nodes[at]?.parent ?? -1, depth++) {
    const end = endOfList(script, at);
    const node = script.nodes[end];
    if (node?.after !== "||") continue;
    const next = nextSibling(script, end);
    const other = script.nodes[next];
    if (other === undefined || !isHarmless(script, next)) continue;
    const removable =
      other.kind === "command" &&
      /^(?:true|:)$/u.test(wordsOf(other)) &&
      other.redirects.length === 0 &&
      /^(?:\n|;|end)$/u.test(other.after) &&
      end === index;
    return { how: "alternative", start: node.end, end: other.end, removable };
  }
  return undefined;
}

/** The last command that runs only while all before it succeed. */
function endOfList(script: Script, index: number): number {
  let end = endOfPipeline(script, index);
  for (let turn = 0; turn < 100 && script.nodes[end]?.after === "&&"; turn++) {
    const next = nextSibling(script, end);
    if (next < 0) return end;
    end = endOfPipeline(script, next);
  }
  return end;
}

function endOfPipeline(script: Script, index: number): number {
  let at = index;
  while (script.nodes[at]?.after === "|") {
    const next = nextSibling(script, at);
    if (next < 0) return at;
    at = next;
  }
  return at;
}

/** Nothing in it makes the step fail: only words, never `exit 1`, `false`, or a variable that is asked later. */
function isHarmless(script: Script, index: number): boolean {
  const node = script.nodes[index];
  if (node === undefined) return false;
  if (node.kind === "command") return isNothing(node);
  const inside = script.nodes.filter((_, at) => isWithin(script, at, index));
  return inside.every((one) => one.kind === "group" || isNothing(one));
}

function isWithin(script: Script, index: number, group: number): boolean {
  for (
    let at = script.nodes[index]?.parent ?? -1, depth = 0;
    at >= 0 && depth < 300;
    at = script.nodes[at]?.parent ?? -1, depth++
  ) {
    if (at === group) return true;
  }
  return false;
}

function isNothing(node: Node): boolean {
  const words = wordsOf(node);
  if (node.words.length === 0) return false;
  if (node.redirects.some(({ target }) => /GITHUB_(?:OUTPUT|ENV)/u.test(JSON.stringify(target.parts))))
    return false;
  return (
    /^(?:true|:|exit 0|return 0|echo\b|printf\b|cat\b|sleep\b|continue$|\/bin\/true$)/u.test(words) ||
    words === "exit"
  );
}

function wordsOf(node: Node): string {
  return node.words.map((word) => constantOf(word) ?? "$").join(" ");
}

/** `cmd | tee log`: the pipeline's outcome is that of its last command. */
function byPipe(script: Script, index: number, { pipefail }: ShellOptions): Swallowed | undefined {
  const node = script.nodes[index];
  if (node?.after !== "|" || pipefail || setsOption(script, index, "pipefail")) return undefined;
  const last = script.nodes[endOfPipeline(script, index)];
  if (last === undefined || last.kind === "group") return undefined;
  const name = programName(constantOf(last.words[0]) ?? "");
  if (!/^(?:tee|cat|head|tail|sort|less|jq|sed|awk|ts|column)$/u.test(name)) return undefined;
  if (script.nodes.some((one) => JSON.stringify(one.words).includes("PIPESTATUS"))) return undefined;
  return { how: "pipe", start: node.start, end: last.end, removable: false };
}

/** Is `set -o NAME` (or `set -e`) said before? */
function setsOption(script: Script, before: number, name: "pipefail"): boolean {
  return script.nodes
    .slice(0, before)
    .some((node) => wordsOf(node).startsWith("set ") && wordsOf(node).includes(name));
}

/** `set +e` and nobody asks `$?`. */
function byOption(script: Script, index: number, { errexit }: ShellOptions): Swallowed | undefined {
  const node = script.nodes[index];
  if (node === undefined || node.condition) return undefined;
  let on = errexit;
  for (const one of script.nodes.slice(0, index)) {
    const words = wordsOf(one);
    if (/^set (?:\+\w*e|\+o errexit)/u.test(words)) on = false;
    else if (/^set (?:-\w*e|-o errexit)/u.test(words)) on = true;
  }
  if (on || !errexit) return undefined;
  const later = script.nodes.slice(index + 1);
  if (later.length === 0 || later.some(asksOutcome) || node.after === "&&" || node.after === "||")
    return undefined;
  return { how: "set +e", start: node.start, end: node.end, removable: false };
}

function asksOutcome(node: Node): boolean {
  const parts = [...node.words, ...node.assignments.map(({ value }) => value)].flatMap((word) => word.parts);
  return (
    parts.some((part) => part.kind === "variable" && part.name === "?") || /^set -\w*e/u.test(wordsOf(node))
  );
}

/** `if ! cmd; then echo …; fi`: the branch only talks. */
function byBranch(script: Script, index: number): Swallowed | undefined {
  const node = script.nodes[index];
  const group = node?.parent ?? -1;
  if (node?.condition !== true || group < 0 || node.after === "&&" || node.after === "||") return undefined;
  const inside = script.nodes.filter((_, at) => at !== index && isWithin(script, at, group));
  if (inside.length === 0 || !inside.every((one) => one.kind === "group" || isNothing(one))) return undefined;
  return { how: "branch", start: node.start, end: node.end, removable: false };
}
