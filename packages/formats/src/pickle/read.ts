import { BytesError, type ByteSource } from "@modelkeep/bytes";
import type { Part } from "../analysis.ts";
import { FormatError, type ReadContext } from "../context.ts";
import { problemOf, type ProblemFact } from "../problem.ts";
import type { Graph, Value } from "../value.ts";
import { type BuildHook, Machine, newTrail, type Trail } from "./machine.ts";
import { run } from "./run.ts";

/** What the account of a pickle costs beside its values, so that a file of a million empty ones ends. */
const READING_BYTES = 1024;

export interface ReadPickleOptions {
  /** Reads what follows a BUILD outside the pickle (joblib's arrays). */
  readonly onBuild?: BuildHook;
  /** Where calls and imports are noted, for a pickle that is read in the middle of another one. */
  readonly trail?: Trail;
}

/** The account of one pickle, also of one that cannot be read to its end. */
export interface PickleReading {
  /** What unpickling does; up to the first error, if there is one. Its root is `None` then. */
  readonly graph: Graph;
  /** The pickle's value; absent when it cannot be read to its end. */
  readonly root: Value | undefined;
  /** Offset of its first byte, and behind its STOP. */
  readonly start: number;
  readonly end: number;
  readonly protocol: number;
  readonly frames: number;
  /** `[start, end)` as one part; joblib's reader splits it. */
  readonly parts: readonly Part[];
  /** Ambiguities and names that only running would tell, then the error that ended reading. Empty: all is explained. */
  readonly issues: readonly FormatError[];
}

/**
 * Reads one pickle without executing it, as CPython's `pickle.load` would (both implementations, 3.8 to 3.14).
 * Never throws about the bytes: what was executed before an error is in the graph, and the error in `issues`.
 *
 * @param source the file; @param start offset of the pickle's first byte
 * @throws {BytesError} `io` when the disk fails
 */
export function tryReadPickle(
  source: ByteSource,
  start: number,
  ctx: ReadContext,
  options: ReadPickleOptions = {},
): PickleReading {
  const machine = new Machine(source, start, ctx, options.trail ?? newTrail(), options.onBuild);
  machine.at = start;
  const root = runToStop(machine);
  const end = machine.input.position;
  return {
    graph: machine.graph(root),
    root,
    start,
    end,
    protocol: machine.protocol,
    frames: machine.frames,
    parts: [{ what: "pickle", offset: start, length: end - start }],
    issues: machine.issues,
  };
}

function runToStop(machine: Machine): Value | undefined {
  try {
    machine.spend(READING_BYTES);
    const root = run(machine);
    if (machine.input.unreadFrame > 0) {
      machine.ambiguous("STOP before the end of its frame: unpicklers leave the file at different places");
    }
    return root;
  } catch (error) {
    machine.issues.push(asFormatError(error, machine.at));
    return undefined;
  }
}

function asFormatError(error: unknown, offset: number): FormatError {
  if (error instanceof FormatError) return error;
  if (error instanceof BytesError && error.code === "truncated") {
    return new FormatError("truncated", error.message, offset, error);
  }
  throw error;
}

/**
 * As `tryReadPickle`, for callers that want all or nothing.
 * @throws {FormatError} the first issue; use `tryReadPickle` where calls before an error must not be lost
 */
export function readPickle(
  source: ByteSource,
  start: number,
  ctx: ReadContext,
  options: ReadPickleOptions = {},
): PickleReading & { readonly root: Value } {
  const reading = tryReadPickle(source, start, ctx, options);
  const issue = reading.issues[0];
  if (issue !== undefined) throw issue;
  return { ...reading, root: reading.graph.root };
}

/** `tryReadPickle` for a caller that stops at the first problem: that which ended reading, else the first ambiguity. */
export function readPickleSoFar(
  source: ByteSource,
  start: number,
  ctx: ReadContext,
): PickleReading & { readonly problem?: ProblemFact } {
  const reading = tryReadPickle(source, start, ctx);
  const worst = reading.root === undefined ? reading.issues.at(-1) : reading.issues[0];
  return worst === undefined ? reading : { ...reading, problem: problemOf(worst, ctx) };
}
