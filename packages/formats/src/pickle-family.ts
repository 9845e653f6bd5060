import type { ByteSource } from "@modelkeep/bytes";
import type { Analysis, Fact } from "./analysis.ts";
import type { ReadContext } from "./context.ts";
import { analyzeJoblib } from "./joblib/analyze.ts";
import { analyzePickle } from "./pickle/analyze.ts";
import { looksLikePickle } from "./pickle/probe.ts";
import type { Probe } from "./reader.ts";

/** PROTO: every pickle since protocol 2 begins with it, and no other format or UTF-8 text does. */
const PROTO = 0x80;
const NEWEST_PROTOCOL = 5;

export function startsAsPickle({ head }: Probe): boolean {
  return head[0] === PROTO && (head[1] ?? 0xff) <= NEWEST_PROTOCOL;
}

/**
 * Reads a pickle, or a joblib dump if the pickle names joblib's wrappers: those are followed by raw arrays, which a
 * plain unpickler would take for opcodes. `analyzeJoblib` judges both readings.
 */
export function readPickleFamily(source: ByteSource, ctx: ReadContext): Analysis {
  const plain = analyzePickle(source, ctx);
  return plain.facts.some(namesJoblib) ? analyzeJoblib(source, ctx) : plain;
}

/**
 * A pickle of protocol 0 or 1, which has no mark of its own: taken for one only if it reads as pickles from the first
 * byte to the last. Text that merely begins like one stays text, and `otherReadings` looks at what it would execute.
 */
export function readUnmarkedPickle(source: ByteSource, ctx: ReadContext): Analysis | undefined {
  if (!looksLikePickle(source)) return undefined;
  const analysis = readPickleFamily(source, ctx);
  const complete =
    analysis.explained === source.size && !analysis.facts.some((fact) => fact.kind === "problem");
  return complete ? analysis : undefined;
}

function namesJoblib(fact: Fact): boolean {
  return (
    fact.kind === "graph" &&
    fact.graph.globals.some((global) => /(?:^|\.)(?:joblib|numpy_pickle)(?:\.|$)/.test(global.module))
  );
}
