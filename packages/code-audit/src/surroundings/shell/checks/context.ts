import type { Range, Reporter } from "../../common/reporter.ts";
import type { Invocation } from "../invocation.ts";

/** In what the commands stand; some are usual in one place and a hole in another. */
export interface Context {
  readonly reporter: Reporter;
  readonly kind: "script" | "dockerfile" | "pipeline" | "service";
  /** The file shows people how to write their own. */
  readonly example?: boolean;
}

/** One thing that is looked for in each command. */
export type Check = (invocation: Invocation, context: Context) => void;

/** Offsets of the script in those of the file; an argument vector has the file's own. */
export function rangeIn(invocation: Invocation, start: number, end: number): Range {
  return invocation.script === undefined
    ? [start, Math.max(start, end)]
    : invocation.script.source.range(start, end);
}

/** From the program's name to the end of its last argument. */
export function wholeRange(invocation: Invocation): Range {
  const last = invocation.args.at(-1) ?? invocation.head;
  return rangeIn(invocation, invocation.head.start, Math.max(invocation.head.end, last.end));
}
