import { FormatError } from "../context.ts";
import { readNpy } from "../numpy/npy.ts";
import type { ArrayValue, Value } from "../value.ts";
import { ZipReading } from "../zip/read-members.ts";
import { str, tuple, type SkopsBuilder } from "./build.ts";
import { malformed, type NodeState, textField } from "./state.ts";

/** The members of `scipy.sparse.save_npz` by storage format (scipy/sparse/_matrix_io.py). */
const ARRAYS_OF = new Map<string, readonly string[]>([
  ["csr", ["indices", "indptr", "data"]],
  ["csc", ["indices", "indptr", "data"]],
  ["bsr", ["indices", "indptr", "data"]],
  ["dia", ["offsets", "data"]],
  ["coo", ["row", "col", "data"]],
]);

/**
 * A sparse matrix in a `.npz` of its own. The result has the shape that pickle gives the same object: an instance
 * of the class with a state of its attributes.
 */
export function sparseMatrix(state: NodeState, builder: SkopsBuilder): Value {
  if (textField(state, "type") !== "scipy")
    throw malformed("a sparse matrix of an unknown type", state.offset);
  const file = textField(state, "file");
  const arrays = npzArrays(file, state, builder);
  const format = textOf(arrays.get("format"));
  const names = ARRAYS_OF.get(format ?? "");
  if (names === undefined) {
    throw new FormatError(
      "unsupported",
      `skops schema: sparse format ${JSON.stringify(format)}`,
      state.offset,
    );
  }
  const entries = names.map((name): [Value, Value] => {
    const array = arrays.get(name);
    if (array === undefined) throw malformed(`${file} has no ${name}`, state.offset);
    return [str(name, state.offset), array];
  });
  const shape = integersOf(arrays.get("shape"), state);
  entries.push([str("_shape", state.offset), tuple(shape, state.offset)]);
  return builder.call(builder.ownType(state), [], state.offset, {
    states: [{ kind: "dict", entries, offset: state.offset }],
  });
}

function npzArrays(file: string, state: NodeState, builder: SkopsBuilder): Map<string, ArrayValue> {
  const content = builder.options.member(file, state.offset);
  const reading = new ZipReading(content.source, content.ctx);
  const arrays = new Map<string, ArrayValue>();
  for (const member of reading.archive.members) {
    if (!member.name.endsWith(".npy")) throw malformed(`${file} holds more than arrays`, state.offset);
    const array = readNpy(reading.open(member), reading.context(member));
    if (array.data === undefined) throw malformed(`${file} holds pickled objects`, state.offset);
    arrays.set(member.name.slice(0, -4), array);
  }
  // After the members were opened, since that is when a wrong CRC shows.
  const issue = reading.facts[0];
  if (issue !== undefined && issue.kind === "problem") {
    throw new FormatError(issue.code, `${file}: ${issue.message}`, state.offset);
  }
  return arrays;
}

/** A zero-dimensional array of text: `|S3` (bytes) or `<U3` (UTF-32). */
function textOf(array: ArrayValue | undefined): string | undefined {
  if (array?.data === undefined || array.shape.length !== 0 || array.data.size > 64) return undefined;
  const bytes = Buffer.from(array.data.view(0, array.data.size));
  const wide = array.dtype.startsWith("<U");
  if (!wide && !array.dtype.startsWith("|S")) return undefined;
  const codes = wide
    ? Array.from({ length: bytes.byteLength / 4 }, (_, i) => bytes.readUInt32LE(i * 4))
    : [...bytes];
  return codes.every((code) => code < 0x80) ? String.fromCharCode(...codes).replaceAll("\0", "") : undefined;
}

function integersOf(array: ArrayValue | undefined, state: NodeState): Value[] {
  const data = array?.data;
  if (data === undefined || (array?.dtype !== "<i8" && array?.dtype !== "<i4") || data.size > 1024) {
    throw malformed("a sparse matrix without a shape", state.offset);
  }
  const bytes = Buffer.from(data.view(0, data.size));
  const width = array.dtype === "<i8" ? 8 : 4;
  return Array.from({ length: bytes.byteLength / width }, (_, i): Value => {
    const value = width === 8 ? Number(bytes.readBigInt64LE(i * 8)) : bytes.readInt32LE(i * 4);
    if (!Number.isSafeInteger(value) || value < 0) throw malformed("an impossible shape", state.offset);
    return { kind: "int", value };
  });
}
