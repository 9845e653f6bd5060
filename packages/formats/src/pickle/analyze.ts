import type { ByteSource } from "@modelkeep/bytes";
import type { Analysis, Fact, GraphSyntax, Part } from "../analysis.ts";
import { FormatError, type ReadContext } from "../context.ts";
import { problemOf } from "../problem.ts";
import type { Value } from "../value.ts";
import { type PickleReading, type ReadPickleOptions, tryReadPickle } from "./read.ts";

/**
 * Explains a source that is one pickle, or several back to back: a program may call `load` again and again, so all
 * are read, each with an empty memo as `pickle.load` starts. Bytes after a STOP that begin no pickle are `leftover`.
 *
 * What was called before an error is among the facts, beside the problem.
 *
 * @throws {BytesError} `io` when the disk fails
 */
export function analyzePickle(
  source: ByteSource,
  ctx: ReadContext,
  syntax: GraphSyntax = "pickle",
): Analysis {
  return analyzePickles(source, 0, ctx, { format: syntax, syntax });
}

/** How the pickles of a file are named and read. */
export interface PickleFormat {
  readonly format: string;
  readonly syntax: GraphSyntax;
  readonly options?: ReadPickleOptions;
}

/** The same from an offset, for formats in which pickles stand behind a header. */
export function analyzePickles(
  source: ByteSource,
  start: number,
  ctx: ReadContext,
  how: PickleFormat,
): Analysis {
  const parts: Part[] = [];
  const facts: Fact[] = [];
  let root: Value | undefined;
  let end = start;
  do {
    const reading = tryReadPickle(source, end, ctx, how.options);
    facts.push(...factsOf(reading, how.syntax, ctx, end > start));
    if (reading.root === undefined) break;
    if (end === start) root = reading.root;
    parts.push(...reading.parts);
    end = reading.end;
  } while (end < source.size);
  const analysis = { format: how.format, parts, explained: end - start, facts };
  return root === undefined ? analysis : { ...analysis, root };
}

/**
 * The facts of one reading: its graph if anything was executed or it ended well, and its issues.
 * @param follows whether another pickle stands before: an error is then about left-over bytes
 */
export function factsOf(
  reading: PickleReading,
  syntax: GraphSyntax,
  ctx: ReadContext,
  follows = false,
): Fact[] {
  const { graph, issues, start, root } = reading;
  const facts: Fact[] = [];
  if (root !== undefined || acts(reading)) {
    facts.push({ kind: "graph", syntax, graph, at: { part: ctx.part, offset: start } });
  }
  const last = root === undefined ? issues.at(-1) : undefined;
  for (const issue of issues) {
    facts.push(problemOf(issue === last && follows ? leftover(issue, start) : issue, ctx));
  }
  return facts;
}

/** Whether unpickling does anything beside making plain values. */
export function acts({ graph }: PickleReading): boolean {
  return graph.calls.length + graph.globals.length + graph.effects.length + graph.persistent.length > 0;
}

function leftover(cause: FormatError, start: number): FormatError {
  if (cause.code === "budget") return cause;
  return new FormatError(
    "leftover",
    `bytes behind a pickle's STOP that are no pickle: ${cause.message}`,
    start,
  );
}
