import { type ByteSource, sliceSource } from "@modelkeep/bytes";
import type { Analysis, Fact, Part } from "../analysis.ts";
import { FormatError, type ReadContext } from "../context.ts";
import { analyzePickles } from "../pickle/analyze.ts";
import { readPickle } from "../pickle/read.ts";
import { problem } from "../problem.ts";
import type { ArrayValue, Value } from "../value.ts";
import { dtypeParts, hasObjects } from "./dtype.ts";
import { type NpyHeader, parseNpyHeader } from "./npy-header.ts";

const MAGIC = "\u0093NUMPY";
/** `numpy.lib.format` refuses longer headers unless told otherwise. */
const MAX_HEADER = 10_000;

interface Opened {
  readonly header: NpyHeader;
  /** Where the elements start. */
  readonly start: number;
  readonly count: number;
}

/** The header of an `.npy` source (format versions 1.0, 2.0, 3.0; numpy/lib/format.py). @throws {FormatError} */
function open(source: ByteSource): Opened {
  if (source.size < 10) throw new FormatError("truncated", "shorter than an .npy header", source.size);
  const head = source.view(0, 10);
  if (Buffer.from(head.subarray(0, 6)).toString("latin1") !== MAGIC) {
    throw new FormatError("malformed", "no .npy magic", 0);
  }
  const [major, minor] = [head[6] ?? 0, head[7] ?? 0];
  if (minor !== 0 || major < 1 || major > 3)
    throw new FormatError("unsupported", `.npy version ${major}.${minor}`, 6);
  const wide = major > 1;
  if (wide && source.size < 12)
    throw new FormatError("truncated", "shorter than an .npy header", source.size);
  const length = Buffer.from(source.view(8, wide ? 4 : 2)).readUIntLE(0, wide ? 4 : 2);
  const at = wide ? 12 : 10;
  if (length > MAX_HEADER) throw new FormatError("budget", `an .npy header of ${length} bytes`, 8);
  if (at + length > source.size) throw new FormatError("truncated", "the .npy header leaves the file", 8);
  const text = Buffer.from(source.view(at, length)).toString(major === 3 ? "utf8" : "latin1");
  const header = parseNpyHeader(text, at);
  return { header, start: at + length, count: elementCount(header.shape, at) };
}

function elementCount(shape: readonly number[], offset: number): number {
  const count = shape.reduce((a, b) => a * b, 1);
  if (!Number.isSafeInteger(count)) throw new FormatError("malformed", "an impossible shape", offset);
  return count;
}

/** The elements' window. @throws {FormatError} `truncated`, `leftover` when the size does not fit the header exactly */
function elements(source: ByteSource, { header, start, count }: Opened): ByteSource {
  const bytes = count * header.dtype.itemSize;
  const there = source.size - start;
  if (bytes > there)
    throw new FormatError("truncated", `${bytes} bytes of elements announced, ${there} are there`, start);
  if (bytes < there)
    throw new FormatError("leftover", `${there - bytes} bytes after the array`, start + bytes);
  return sliceSource(source, start, bytes, source.name);
}

function arrayOf(opened: Opened, rest: { data: ByteSource } | { objects: Value }): ArrayValue {
  const { dtype, shape, fortran } = opened.header;
  return { kind: "array", ...dtypeParts(dtype), shape, fortran, offset: opened.start, ...rest };
}

/**
 * Reads one `.npy`.
 * @returns the array; for dtype object its pickled elements as `objects`
 * @throws {FormatError} when anything does not fit exactly
 */
export function readNpy(source: ByteSource, ctx: ReadContext): ArrayValue {
  const opened = open(source);
  ctx.budget.steps(1, 0);
  if (!hasObjects(opened.header.dtype)) return arrayOf(opened, { data: elements(source, opened) });
  const { graph, end } = readPickle(source, opened.start, ctx);
  if (end !== source.size)
    throw new FormatError("leftover", `${source.size - end} bytes after the pickle`, end);
  return arrayOf(opened, { objects: graph.root });
}

/** Reads a source that is one `.npy`. */
export function analyzeNpy(source: ByteSource, ctx: ReadContext): Analysis {
  const parts: Part[] = [];
  const facts: Fact[] = [];
  try {
    const opened = open(source);
    parts.push({ what: "header", offset: 0, length: opened.start });
    if (hasObjects(opened.header.dtype)) return objectArray(source, ctx, opened, parts);
    const data = elements(source, opened);
    parts.push({ what: "raw-array", offset: opened.start, length: data.size });
    return { format: "npy", parts, explained: source.size, facts, root: arrayOf(opened, { data }) };
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    facts.push(problem(ctx, error.code, error.message, error.offset));
    return { format: "npy", parts, explained: parts.reduce((sum, part) => sum + part.length, 0), facts };
  }
}

/** `numpy.load(allow_pickle=True)` unpickles what follows the header. */
function objectArray(source: ByteSource, ctx: ReadContext, opened: Opened, parts: Part[]): Analysis {
  const inner = analyzePickles(source, opened.start, ctx, { format: "npy", syntax: "pickle" });
  const facts = [...inner.facts];
  if (inner.parts.length > 1)
    facts.push(problem(ctx, "leftover", "bytes after the array's pickle", inner.parts[1]?.offset ?? 0));
  return {
    format: "npy",
    parts: [...parts, ...inner.parts],
    explained: opened.start + inner.explained,
    facts,
  };
}
