import { type ByteSource, Cursor } from "@modelkeep/bytes";
import { FormatError } from "../context.ts";
import { type Json, parseJson } from "../json/parse.ts";
import type { FormatReader } from "../reader.ts";

/** The reference implementation's own limit. */
const MAX_HEADER_BYTES = 100_000_000;
/** Bits per element (safetensors, `Dtype`). */
const BITS = new Map([
  ["F4", 4],
  ["F6_E2M3", 6],
  ["F6_E3M2", 6],
  ["BOOL", 8],
  ["U8", 8],
  ["I8", 8],
  ["F8_E5M2", 8],
  ["F8_E4M3", 8],
  ["F8_E8M0", 8],
  ["I16", 16],
  ["U16", 16],
  ["F16", 16],
  ["BF16", 16],
  ["I32", 32],
  ["U32", 32],
  ["F32", 32],
  ["I64", 64],
  ["U64", 64],
  ["F64", 64],
  ["C64", 64],
]);

/** safetensors: a JSON header whose tensors tile the rest of the file. */
export const safetensorsReader: FormatReader = {
  format: "safetensors",
  matches: ({ source, head }) => {
    if (head.byteLength < 10 || head[8] !== 0x7b) return false;
    const length = Buffer.from(head).readBigUInt64LE(0);
    return length >= 2n && length <= BigInt(source.size - 8);
  },
  read(source) {
    const cursor = new Cursor(source);
    const length = cursor.u64();
    if (length > MAX_HEADER_BYTES)
      throw new FormatError("budget", "a safetensors header that is too long", 0);
    const header = parseHeader(cursor.bytes(length));
    const dataStart = cursor.offset;
    checkTiling(header, source, dataStart);
    return {
      format: "safetensors",
      parts: [
        { what: "header", offset: 0, length: dataStart },
        { what: "tensors", offset: dataStart, length: source.size - dataStart },
      ],
      explained: source.size,
      facts: [],
    };
  },
};

function parseHeader(bytes: Uint8Array): ReadonlyMap<string, Json> {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new FormatError("malformed", "the safetensors header is not UTF-8", 8, cause);
  }
  const header = parseJson(text);
  if (!(header instanceof Map)) throw new FormatError("malformed", "the safetensors header is no object", 8);
  return header;
}

function checkTiling(header: ReadonlyMap<string, Json>, source: ByteSource, dataStart: number): void {
  const ranges: [number, number][] = [];
  for (const [name, entry] of header) if (name !== "__metadata__") ranges.push(tensorRange(name, entry));
  ranges.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  let at = 0;
  for (const [start, end] of ranges) {
    if (start !== at)
      throw new FormatError("ambiguous", "safetensors tensors overlap or leave a gap", dataStart + at);
    at = end;
  }
  if (dataStart + at > source.size)
    throw new FormatError("truncated", "safetensors tensors are cut off", source.size);
  if (dataStart + at < source.size)
    throw new FormatError("leftover", "data follows the last tensor", dataStart + at);
}

function tensorRange(name: string, entry: Json): [number, number] {
  const fields = entry instanceof Map ? entry : new Map<string, Json>();
  const dtype = fields.get("dtype");
  const bits = typeof dtype === "string" ? BITS.get(dtype) : undefined;
  const shape = counts(fields.get("shape"));
  const [start, end, ...rest] = counts(fields.get("data_offsets")) ?? [];
  if (
    bits === undefined ||
    shape === undefined ||
    start === undefined ||
    end === undefined ||
    rest.length > 0
  ) {
    throw new FormatError(
      "malformed",
      `safetensors entry ${JSON.stringify(name.slice(0, 80))} is damaged`,
      8,
    );
  }
  const size = (shape.reduce((product, n) => product * n, 1) * bits) / 8;
  if (size !== end - start) {
    throw new FormatError(
      "ambiguous",
      `tensor ${JSON.stringify(name.slice(0, 80))} does not fit its shape`,
      8,
    );
  }
  return [start, end];
}

function counts(json: Json | undefined): number[] | undefined {
  if (!Array.isArray(json)) return undefined;
  const numbers = json.filter((item): item is number => typeof item === "number" && item >= 0);
  return numbers.length === json.length ? numbers : undefined;
}
