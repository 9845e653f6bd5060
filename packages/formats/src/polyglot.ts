import { type ByteSource, viewOf } from "@modelkeep/bytes";
import { isTarHeader, TAR_BLOCK } from "@modelkeep/bytes/archives/tar";
import { findEndRecord } from "@modelkeep/bytes/archives/zip-end";
import type { Analysis, Fact } from "./analysis.ts";
import { FormatError, type ReadContext } from "./context.ts";
import { analyzePickle } from "./pickle/analyze.ts";
import { looksLikePickle } from "./pickle/probe.ts";
import { problem, problemOf } from "./problem.ts";
import type { Probe } from "./reader.ts";

const CENTRAL_SIGNATURE = 0x02014b50;

/**
 * What loaders other than the one that the content calls for would find in the same bytes: each becomes an
 * `ambiguous` problem, with the facts of that reading beside it, so that a payload is named as what it is.
 */
export function otherReadings(source: ByteSource, ctx: ReadContext, probe: Probe, first: Analysis): Fact[] {
  const facts: Fact[] = [];
  if (!isPickleFamily(first.format)) facts.push(...asPickle(source, ctx, first.format));
  if (!isZipFamily(first.format) && hasZipDirectory(source)) {
    facts.push(problem(ctx, "ambiguous", `the ${first.format} file ends as a zip file`, source.size - 22));
  }
  if (first.format !== "tar" && isTarHeader(probe.head.subarray(0, TAR_BLOCK))) {
    facts.push(problem(ctx, "ambiguous", `the ${first.format} file begins as a tar file`, 0));
  }
  return facts;
}

function isPickleFamily(format: string): boolean {
  return format === "pickle" || format === "joblib" || format === "torch-legacy";
}

function isZipFamily(format: string): boolean {
  return format === "zip" || format === "npz" || format === "torch-zip" || format === "skops";
}

/**
 * Text can be a pickle of protocol 0, and so can the first bytes of any other file. Only a reading that calls
 * something, or that ends as a pickle with an import in it, counts: honest text often begins with letters that are
 * opcodes, and fails at once.
 */
function asPickle(source: ByteSource, ctx: ReadContext, format: string): Fact[] {
  if (!looksLikePickle(source)) return [];
  let reading: Analysis;
  try {
    reading = analyzePickle(source, ctx);
  } catch (error) {
    if (error instanceof FormatError) return [problemOf(error, ctx)];
    throw error;
  }
  const graphs = reading.facts.filter((fact) => fact.kind === "graph");
  if (!matters(reading, graphs)) return [];
  const message = `the ${format} file is also a pickle: unpickling it would run what its graph shows`;
  return [problem(ctx, "ambiguous", message, 0), ...graphs];
}

/** Failures after which an unpickler may still go on where the machine here does not; it goes on past ambiguities. */
const NOT_THE_END = new Set(["budget", "unsupported"]);

function matters(reading: Analysis, graphs: readonly Extract<Fact, { kind: "graph" }>[]): boolean {
  const acts = graphs.some(
    ({ graph }) => graph.calls.length > 0 || graph.effects.length > 0 || graph.globals.some(runsOnImport),
  );
  const loads = reading.explained > 0 && graphs.some(({ graph }) => graph.globals.length > 0);
  const goesOn = reading.facts.some((fact) => fact.kind === "problem" && NOT_THE_END.has(fact.code));
  return acts || loads || goesOn;
}

/** Modules that do something when imported, which a pickle can ask for without calling anything. */
const RUN_ON_IMPORT = new Set([
  "__main__",
  "antigravity",
  "ensurepip",
  "idlelib",
  "pip",
  "test",
  "this",
  "turtledemo",
]);

function runsOnImport(global: { readonly module: string }): boolean {
  return RUN_ON_IMPORT.has(global.module.split(".")[0] ?? "");
}

/** Whether a zip reader, which looks from the end, would find a central directory with at least one entry. */
function hasZipDirectory(source: ByteSource): boolean {
  const end = findEndRecord(source);
  if (end === undefined) return false;
  const size = viewOf(source.view(end, 22)).getUint32(12, true);
  // CPython takes the directory to end where the end record begins, whatever offset that gives.
  return [end - size, end - size - 76].some(
    (at) => size >= 46 && at >= 0 && viewOf(source.view(at, 4)).getUint32(0, true) === CENTRAL_SIGNATURE,
  );
}
