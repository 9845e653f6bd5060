import { type ByteSource, sliceSource } from "@modelkeep/bytes";
import type { Analysis, Fact, Part } from "../analysis.ts";
import { FormatError, type ReadContext } from "../context.ts";
import { dtypeParts, hasObjects } from "../numpy/dtype.ts";
import { acts, analyzePickles, factsOf } from "../pickle/analyze.ts";
import type { Machine } from "../pickle/machine.ts";
import { type PickleReading, tryReadPickle } from "../pickle/read.ts";
import { problem } from "../problem.ts";
import type { CallValue, Value } from "../value.ts";
import { isWrapper, type WrappedArray, wrappedArray } from "./wrapper.ts";

/**
 * Reads a joblib dump: a pickle in which each `NumpyArrayWrapper` is followed by its array's bytes
 * (joblib/numpy_pickle.py, `NumpyUnpickler.load_build` and `NumpyArrayWrapper.read_array`; the same bytes are what
 * `mmap_mode` maps). Object arrays follow as pickles of their own, which have no wrappers in them.
 *
 * A program that opens the same file with `pickle.load` takes array bytes for opcodes: what that reading would
 * execute is among the facts, as `ambiguous`.
 *
 * @param source an uncompressed dump
 * @throws {BytesError} `io` when the disk fails
 */
export function analyzeJoblib(source: ByteSource, ctx: ReadContext): Analysis {
  const arrays: Part[] = [];
  const onBuild = (machine: Machine, target: CallValue): Value | undefined =>
    isWrapper(target) ? readArray(machine, target, arrays) : undefined;
  const analysis = analyzePickles(source, 0, ctx, {
    format: "joblib",
    syntax: "joblib",
    options: { onBuild },
  });
  const facts = [...analysis.facts, ...plainReading(source, ctx, arrays)];
  return { ...analysis, parts: tile(analysis.parts, arrays), facts };
}

function readArray(machine: Machine, wrapper: CallValue, arrays: Part[]): Value {
  const { input } = machine;
  if (input.unreadFrame > 0) machine.ambiguous("an array in the middle of a frame");
  const array = wrappedArray(wrapper);
  return hasObjects(array.dtype) ? readObjects(machine, arrays) : readRaw(machine, array, arrays);
}

/** An object array: joblib reads it with a fresh unpickler, whose result is the array. */
function readObjects(machine: Machine, arrays: Part[]): Value {
  const { input, ctx, trail } = machine;
  const start = input.position;
  const reading = tryReadPickle(input.source, start, ctx, { trail });
  for (const issue of reading.issues) machine.issue(issue);
  if (reading.root === undefined) {
    throw reading.issues.at(-1) ?? new FormatError("malformed", "an object array that is no pickle", start);
  }
  input.jump(reading.end);
  arrays.push({ what: "pickle", offset: start, length: reading.end - start });
  return reading.root;
}

function readRaw(machine: Machine, array: WrappedArray, arrays: Part[]): Value {
  const { source } = machine.input;
  const start = machine.input.position;
  const at = start + (array.padded ? padding(source, start) : 0);
  const length = array.shape.reduce((product, size) => product * size, array.dtype.itemSize);
  if (!Number.isSafeInteger(length) || length > source.size - at) {
    throw new FormatError("truncated", `an array of ${length} bytes leaves the file`, at);
  }
  machine.allocate(8);
  machine.input.jump(at + length);
  arrays.push({ what: "raw-array", offset: start, length: at + length - start });
  return {
    kind: "array",
    ...dtypeParts(array.dtype),
    shape: array.shape,
    fortran: array.fortran,
    data: sliceSource(source, at, length, `${source.name}@${at}`),
    offset: start,
  };
}

/** Since joblib 1.2: one byte that counts the filler after it, which aligns the array. */
function padding(source: ByteSource, at: number): number {
  if (at >= source.size) throw new FormatError("truncated", "the file ends before an array", at);
  const count = source.view(at, 1)[0] ?? 0;
  if (count > source.size - at - 1) throw new FormatError("truncated", "the file ends before an array", at);
  if (source.view(at + 1, count).some((byte) => byte !== 0xff)) {
    throw new FormatError("leftover", "filler before an array that joblib does not write", at + 1);
  }
  return 1 + count;
}

/** The pickles' own parts are what lies between the arrays. Arrays of a pickle that broke off have no place. */
function tile(pickles: readonly Part[], arrays: readonly Part[]): Part[] {
  const tiles: Part[] = [];
  let next = 0;
  for (const pickle of pickles) {
    let at = pickle.offset;
    const end = pickle.offset + pickle.length;
    for (let array = arrays[next]; array !== undefined && array.offset < end; array = arrays[++next]) {
      if (array.offset > at) tiles.push({ what: "pickle", offset: at, length: array.offset - at });
      if (array.length > 0) tiles.push(array);
      at = array.offset + array.length;
    }
    if (at < end) tiles.push({ what: "pickle", offset: at, length: end - at });
  }
  return tiles;
}

/** What `pickle.load` executes from the first array on: nothing, in an honest dump, for it breaks there. */
function plainReading(source: ByteSource, ctx: ReadContext, arrays: readonly Part[]): Fact[] {
  const first = arrays.find((part) => part.what === "raw-array" && part.length > 0)?.offset;
  if (first === undefined) return [];
  const reading = tryReadPickle(source, 0, ctx);
  if (!actsBehind(reading, first)) return [];
  const message = "read by pickle instead of joblib, the file executes something else";
  return [
    problem(ctx, "ambiguous", message, first),
    ...factsOf(reading, "pickle", ctx).filter((fact) => fact.kind === "graph"),
  ];
}

function actsBehind(reading: PickleReading, offset: number): boolean {
  const { calls, globals, effects, persistent } = reading.graph;
  const trails = [calls, globals, effects, persistent];
  if (trails.some((trail) => (trail.at(-1)?.offset ?? -1) >= offset)) return true;
  return reading.root !== undefined && reading.end > offset && acts(reading);
}
