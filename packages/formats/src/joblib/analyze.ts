import { type ByteSource, sliceSource } from "@modelkeep/bytes";
import type { Analysis, Fact, Part } from "../analysis.ts";
import { FormatError, type ReadContext } from "../context.ts";
import { asDType, isGlobal } from "../numpy/dtype.ts";
import { analyzePickles } from "../pickle/analyze.ts";
import { readPickle, readPickleSoFar } from "../pickle/read.ts";
import { problem } from "../problem.ts";
import type { ArrayValue, CallValue, Graph, Value } from "../value.ts";

/**
 * Reads a joblib dump: a pickle in which each `NumpyArrayWrapper` is followed by its array's bytes
 * (joblib/numpy_pickle.py, `NumpyUnpickler.load_build` and `NumpyArrayWrapper.read_array`). A program that opens the
 * same file with `pickle.load` takes those bytes for opcodes: what that reading would execute is judged too.
 */
export function analyzeJoblib(source: ByteSource, ctx: ReadContext): Analysis {
  const arrays: Part[] = [];
  const inner: Fact[] = [];
  const afterBuild = (target: CallValue, position: { at: number }, from: ByteSource): Value | undefined =>
    isWrapper(target) ? readArray(target, position, from, ctx, arrays, inner) : undefined;
  const analysis = analyzePickles(source, 0, ctx, {
    format: "joblib",
    syntax: "joblib",
    options: () => ({ afterBuild }),
  });
  const parts = tile(analysis.parts, arrays);
  const facts = [...analysis.facts, ...inner, ...plainReading(source, ctx, [...analysis.facts, ...inner])];
  return { ...analysis, parts, facts };
}

function isWrapper(call: CallValue): boolean {
  return isGlobal(
    call.callee,
    ["joblib.numpy_pickle", "sklearn.externals.joblib.numpy_pickle"],
    "NumpyArrayWrapper",
  );
}

function readArray(
  wrapper: CallValue,
  position: { at: number },
  source: ByteSource,
  ctx: ReadContext,
  arrays: Part[],
  inner: Fact[],
): ArrayValue {
  const start = position.at;
  const state = attributes(wrapper);
  const dtypeValue = state.get("dtype");
  const dtype = dtypeValue === undefined ? undefined : asDType(dtypeValue);
  const shape = shapeOf(state.get("shape"));
  const order = state.get("order");
  if (dtype === undefined || shape === undefined || order?.kind !== "str") {
    throw new FormatError(
      "malformed",
      "a joblib array wrapper without a readable dtype, shape and order",
      wrapper.offset,
    );
  }
  const common = {
    kind: "array",
    dtype: dtype.text,
    shape,
    fortran: order.value === "F",
    offset: start,
  } as const;
  if (dtype.kind === "O") {
    const reading = readPickle(source, start, ctx);
    inner.push({
      kind: "graph",
      syntax: "joblib",
      graph: reading.graph,
      at: { part: ctx.part, offset: start },
    });
    position.at = reading.end;
    arrays.push({ what: "pickle", offset: start, length: reading.end - start });
    return { ...common, objects: reading.graph.root };
  }
  const at = start + padding(state, source, start);
  const length = shape.reduce((a, b) => a * b, 1) * dtype.itemSize;
  if (!Number.isSafeInteger(length) || at + length > source.size) {
    throw new FormatError("truncated", `a raw array of ${length} bytes leaves the file`, at);
  }
  position.at = at + length;
  arrays.push({ what: "raw-array", offset: start, length: position.at - start });
  return { ...common, data: sliceSource(source, at, length, source.name) };
}

/** Since joblib 1.2: one byte that counts the filler bytes after it, which align the array. */
function padding(state: ReadonlyMap<string, Value>, source: ByteSource, at: number): number {
  const alignment = state.get("numpy_array_alignment_bytes");
  if (alignment === undefined || alignment.kind === "none") return 0;
  const count = source.view(at, 1)[0] ?? 0;
  const filler = source.view(at + 1, count);
  if (filler.some((byte) => byte !== 0xff))
    throw new FormatError("leftover", "filler bytes that joblib does not write", at);
  return 1 + count;
}

function attributes(wrapper: CallValue): Map<string, Value> {
  const [state] = wrapper.states;
  const out = new Map<string, Value>();
  if (state?.kind !== "dict" || wrapper.states.length !== 1) return out;
  for (const [key, value] of state.entries) if (key.kind === "str") out.set(key.value, value);
  return out;
}

function shapeOf(value: Value | undefined): number[] | undefined {
  if (value?.kind !== "tuple" || value.items.length > 64) return undefined;
  const sizes = value.items.flatMap((item) =>
    item.kind === "int" && typeof item.value === "number" && item.value >= 0 ? [item.value] : [],
  );
  return sizes.length === value.items.length ? sizes : undefined;
}

/** The pickle's own parts are what lies between the arrays. */
function tile(pickles: readonly Part[], arrays: readonly Part[]): Part[] {
  const out: Part[] = [];
  for (const pickle of pickles) {
    let at = pickle.offset;
    const end = pickle.offset + pickle.length;
    for (const array of arrays) {
      if (array.offset < at || array.offset >= end) continue;
      if (array.offset > at) out.push({ what: "pickle", offset: at, length: array.offset - at });
      out.push(array);
      at = array.offset + array.length;
    }
    if (at < end) out.push({ what: "pickle", offset: at, length: end - at });
  }
  return out;
}

/** What `pickle.load` would execute beyond what joblib's reader does; it usually breaks at the first raw array. */
function plainReading(source: ByteSource, ctx: ReadContext, known: readonly Fact[]): Fact[] {
  const { graph } = readPickleSoFar(source, 0, ctx);
  const seen = new Set(known.flatMap((fact) => (fact.kind === "graph" ? marks(fact.graph) : [])));
  if (marks(graph).every((mark) => seen.has(mark))) return [];
  return [
    problem(ctx, "ambiguous", "read by pickle instead of joblib, the file executes something else", 0),
    { kind: "graph", syntax: "pickle", graph, at: { part: ctx.part, offset: 0 } },
  ];
}

function marks(graph: Graph): string[] {
  return [
    ...graph.globals.map((value) => `g${value.offset}`),
    ...graph.calls.map((value) => `c${value.offset}`),
    ...graph.effects.map((value) => `e${value.offset}`),
  ];
}
