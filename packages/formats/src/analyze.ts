import type { ByteSource } from "@modelkeep/bytes";
import type { Analysis, AnalysisLimits } from "./analysis.ts";
import { type ReadContext, rootContext } from "./context.ts";
import { otherReadings } from "./polyglot.ts";
import { problem, problemOf, unexplained } from "./problem.ts";
import { type FormatReader, type Probe, probeOf } from "./reader.ts";
import { READERS } from "./readers.ts";
import { readPickleFamily, readUnmarkedPickle, startsAsPickle } from "./pickle-family.ts";
import { readText } from "./text/reader.ts";

/**
 * Explains one file: what it is, by its content alone, and what loading it would do. Never judges.
 *
 * What cannot be explained is a `problem` fact with its reason and offset; nothing about the bytes throws. Bytes
 * that a second loader would read as something else are `ambiguous`, and what that loader would do is among the
 * facts.
 *
 * @param source the file; its name is used in messages only
 * @throws {BytesError} `io` when the disk fails
 */
export function analyze(source: ByteSource, options: { limits?: Partial<AnalysisLimits> } = {}): Analysis {
  return analyzePart(source, rootContext(options.limits));
}

/** `analyze` for a nested part, spending from its parents' budget. */
export function analyzePart(source: ByteSource, ctx: ReadContext): Analysis {
  if (source.size === 0) return { format: "empty", parts: [], explained: 0, facts: [] };
  const probe = probeOf(source);
  const first = primaryReading(source, ctx, probe);
  const extra = otherReadings(source, ctx, probe, first, analyzePart);
  const facts = [...first.facts, ...extra];
  const leftover = source.size - first.explained;
  if (leftover > 0 && !facts.some((fact) => fact.kind === "problem")) {
    facts.push(problem(ctx, "leftover", `${leftover} bytes are explained by nothing`, firstGap(first)));
  }
  return { ...first, facts };
}

function firstGap(analysis: Analysis): number {
  let at = 0;
  for (const part of analysis.parts) {
    if (part.offset > at) break;
    at = Math.max(at, part.offset + part.length);
  }
  return at;
}

function primaryReading(source: ByteSource, ctx: ReadContext, probe: Probe): Analysis {
  const reader = READERS.find((candidate) => candidate.matches(probe));
  if (reader !== undefined) return guarded(reader.format, ctx, () => readWith(reader, source, ctx));
  if (startsAsPickle(probe)) return guarded("pickle", ctx, () => readPickleFamily(source, ctx));
  return guarded(
    "text",
    ctx,
    () => readUnmarkedPickle(source, ctx) ?? readText(source, ctx) ?? unknown(ctx, source),
  );
}

function readWith(reader: FormatReader, source: ByteSource, ctx: ReadContext): Analysis {
  return reader.read(source, ctx, analyzePart);
}

/** Turns what a reader throws about the bytes into an analysis that says so. */
function guarded(format: string, ctx: ReadContext, read: () => Analysis): Analysis {
  try {
    return read();
  } catch (error) {
    return unexplained(format, [problemOf(error, ctx)]);
  }
}

function unknown(ctx: ReadContext, source: ByteSource): Analysis {
  const head = Buffer.from(source.view(0, Math.min(8, source.size))).toString("hex");
  const message = `no reader knows this format (it begins with ${head})`;
  return unexplained("unknown", [problem(ctx, "unknown-format", message, 0)]);
}
