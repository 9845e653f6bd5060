import type { ByteSource } from "@modelkeep/bytes";
import type { Analysis, Fact, GraphSyntax, Part } from "../analysis.ts";
import type { ReadContext } from "../context.ts";
import { problem } from "../problem.ts";
import { readPickleSoFar, type ReadOptions } from "./read.ts";

/** More pickles back to back than this are no model. */
const MAX_PICKLES = 10_000;

/**
 * Reads a source that is one pickle, or several back to back: a program may call `load` again on the same file.
 * What was executed before a failure stays in the facts.
 */
export function analyzePickle(
  source: ByteSource,
  ctx: ReadContext,
  syntax: GraphSyntax = "pickle",
): Analysis {
  return analyzePickles(source, 0, ctx, { format: syntax, syntax });
}

/** The same from an offset, for formats that put a pickle behind a header. */
export function analyzePickles(
  source: ByteSource,
  start: number,
  ctx: ReadContext,
  how: { readonly format: string; readonly syntax: GraphSyntax; readonly options?: () => ReadOptions },
): Analysis {
  const facts: Fact[] = [];
  const parts: Part[] = [];
  let at = start;
  let count = 0;
  let root: Analysis["root"];
  while (at < source.size || count === 0) {
    if (count++ >= MAX_PICKLES) {
      facts.push(problem(ctx, "budget", `more than ${MAX_PICKLES} pickles in one file`, at));
      break;
    }
    const reading = readPickleSoFar(source, at, ctx, how.options?.());
    const { graph } = reading;
    const executed =
      graph.calls.length + graph.globals.length + graph.effects.length + graph.persistent.length > 0;
    if (reading.problem === undefined || executed) {
      facts.push({ kind: "graph", syntax: how.syntax, graph, at: { part: ctx.part, offset: at } });
    }
    if (reading.problem !== undefined) {
      facts.push(reading.problem);
      if (count > 1)
        facts.push(problem(ctx, "leftover", `${source.size - at} bytes after the pickle's end`, at));
      break;
    }
    if (count === 1) root = graph.root;
    parts.push({ what: "pickle", offset: at, length: reading.end - at });
    at = reading.end;
  }
  const analysis = { format: how.format, parts, explained: at - start, facts };
  return root === undefined ? analysis : { ...analysis, root };
}
