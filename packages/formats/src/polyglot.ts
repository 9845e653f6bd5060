import { type ByteSource, sliceSource, viewOf } from "@modelkeep/bytes";
import { isTarHeader, TAR_BLOCK } from "@modelkeep/bytes/archives/tar";
import { findEndRecord } from "@modelkeep/bytes/archives/zip-end";
import type { Analysis, Fact } from "./analysis.ts";
import { childContext, FormatError, type ReadContext } from "./context.ts";
import { analyzePickle } from "./pickle/analyze.ts";
import { looksLikePickle } from "./pickle/probe.ts";
import { problem, problemOf } from "./problem.ts";
import type { AnalyzePart, Probe } from "./reader.ts";

const CENTRAL_SIGNATURE = 0x02014b50;
/** The zip64 end record and its locator, which may stand between directory and end record. */
const ZIP64_RECORDS_BYTES = 76;

/**
 * What loaders other than the one that the content calls for would find in the same bytes: each becomes an
 * `ambiguous` problem, with the facts of that reading beside it, so that a payload is named as what it is.
 */
export function otherReadings(
  source: ByteSource,
  ctx: ReadContext,
  probe: Probe,
  first: Analysis,
  nested: AnalyzePart,
): Fact[] {
  const facts: Fact[] = [];
  if (!isPickleFamily(first.format)) facts.push(...asPickle(source, ctx, first.format));
  if (!isZipFamily(first.format)) facts.push(...asZip(source, ctx, first.format, nested));
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
  if (!matters(source, reading, graphs)) return [];
  const message = `the ${format} file is also a pickle: unpickling it would run what its graph shows`;
  return [problem(ctx, "ambiguous", message, 0), ...graphs];
}

/** Failures after which an unpickler may still go on where the machine here does not; it goes on past ambiguities. */
const NOT_THE_END = new Set(["budget", "unsupported"]);

function matters(
  source: ByteSource,
  reading: Analysis,
  graphs: readonly Extract<Fact, { kind: "graph" }>[],
): boolean {
  const acts = graphs.some(
    ({ graph }) => graph.calls.length > 0 || graph.effects.length > 0 || graph.globals.some(runsOnImport),
  );
  const loads = reading.explained > 0 && graphs.some(({ graph }) => graph.globals.length > 0);
  const goesOn = reading.facts.some(
    (fact) => fact.kind === "problem" && NOT_THE_END.has(fact.code) && !neverANumber(source, fact.at.offset),
  );
  return acts || loads || goesOn;
}

/** Longer numbers are a budget's matter; no honest one is as long. */
const LONG_NUMBER = 4300;
const NUMBER_OPCODES = new Set(Buffer.from("FILgp"));

/**
 * Whether the opcode at `offset` wants a number and finds a long line that no Python takes for one: minified source
 * code in one line begins with such letters.
 */
function neverANumber(source: ByteSource, offset: number): boolean {
  const line = source.view(offset, Math.min(LONG_NUMBER, source.size - offset));
  if (line.byteLength < 2 || !NUMBER_OPCODES.has(line[0] ?? 0)) return false;
  return /[^0-9a-fA-FxXoOlL_+\-. \t\v\f\r]/.test(Buffer.from(line.subarray(1)).toString("latin1"));
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

/** CPython finds a zip file behind anything, and skops loads it from there: it is analysed as if it stood alone. */
function asZip(source: ByteSource, ctx: ReadContext, format: string, nested: AnalyzePart): Fact[] {
  const start = zipStart(source);
  if (start === undefined) return [];
  const facts: Fact[] = [problem(ctx, "ambiguous", `the ${format} file ends as a zip file`, start)];
  if (start === 0) return facts;
  try {
    const inner = childContext(ctx, "zip", start);
    return [...facts, ...nested(sliceSource(source, start, source.size - start, source.name), inner).facts];
  } catch (error) {
    return [...facts, problemOf(error, ctx)];
  }
}

/**
 * Where the zip file begins that a reader finds from the end, if there is one with at least one entry. CPython takes
 * the directory to end where the end record begins, whatever offset the record names.
 */
function zipStart(source: ByteSource): number | undefined {
  const end = findEndRecord(source);
  if (end === undefined) return undefined;
  const record = viewOf(source.view(end, 22));
  const size = record.getUint32(12, true);
  const directory = [end - size, end - size - ZIP64_RECORDS_BYTES].find(
    (at) => size >= 46 && at >= 0 && viewOf(source.view(at, 4)).getUint32(0, true) === CENTRAL_SIGNATURE,
  );
  return directory === undefined ? undefined : Math.max(0, directory - record.getUint32(16, true));
}
