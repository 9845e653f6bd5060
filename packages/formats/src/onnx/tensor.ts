import { FormatError } from "../context.ts";
import type { ExternalTensor } from "./facts.ts";
import type { Met } from "./walk.ts";

const EXTERNAL = 1;
const TWO_32 = 2 ** 32;
/** Above what any machine holds, below where numbers lose their last bit. */
const MAX_ELEMENTS = 2 ** 48;

/** How a type of `TensorProto.DataType` is kept. */
interface Kind {
  /** The field for its elements when they are no raw bytes. */
  readonly field: string;
  readonly bits: number;
  /** Elements in one entry of the field, or (below one) entries for one element. */
  readonly perEntry: number;
}

const KINDS: ReadonlyMap<number, Kind> = new Map(
  (
    [
      [1, "float_data", 32, 1],
      [2, "int32_data", 8, 1],
      [3, "int32_data", 8, 1],
      [4, "int32_data", 16, 1],
      [5, "int32_data", 16, 1],
      [6, "int32_data", 32, 1],
      [7, "int64_data", 64, 1],
      [8, "string_data", 0, 1],
      [9, "int32_data", 8, 1],
      [10, "int32_data", 16, 1],
      [11, "double_data", 64, 1],
      [12, "uint64_data", 32, 1],
      [13, "uint64_data", 64, 1],
      [14, "float_data", 64, 0.5],
      [15, "double_data", 128, 0.5],
      [16, "int32_data", 16, 1],
      [17, "int32_data", 8, 1],
      [18, "int32_data", 8, 1],
      [19, "int32_data", 8, 1],
      [20, "int32_data", 8, 1],
      [21, "int32_data", 4, 2],
      [22, "int32_data", 4, 2],
      [23, "int32_data", 4, 2],
      [24, "int32_data", 8, 1],
      [25, "int32_data", 2, 4],
      [26, "int32_data", 2, 4],
    ] as const
  ).map(([type, field, bits, perEntry]) => [type, { field, bits, perEntry }]),
);
const STRING = 8;
const DATA_FIELDS: readonly string[] = [
  "raw_data",
  "float_data",
  "int32_data",
  "string_data",
  "int64_data",
  "double_data",
  "uint64_data",
  "external_data",
];
const KEYS: ReadonlySet<string> = new Set(["location", "offset", "length", "checksum"]);
const WHOLE_NUMBER = /^(?:0|[1-9]\d{0,14})$/u;

/**
 * Holds a tensor's data against its type and shape (onnx.proto, `TensorProto`).
 * @returns where its data lies, when that is elsewhere
 * @throws {FormatError} `malformed` when they disagree, `ambiguous` for data in two places, `unsupported`
 */
export function readTensor(met: Met): ExternalTensor | undefined {
  if (met.fields.has("segment")) throw new FormatError("unsupported", "a tensor in segments", met.offset);
  const kind = kindOf(met);
  const elements = elementsOf(met);
  const isExternal = met.numbers.get("data_location")?.low === EXTERNAL;
  const kept = DATA_FIELDS.filter((field) => met.fields.has(field));
  if (kept.length > 1)
    throw new FormatError("ambiguous", `a tensor's data is in ${kept.join(" and in ")}`, met.offset);
  const [field] = kept;
  if (isExternal || field === "external_data") return externalOf(met, isExternal, kind, elements);
  if (field === undefined) {
    if (elements > 0) throw disagrees(met, elements, "no data");
  } else if (field === "raw_data") requireBytes(met, kind, elements);
  else requireEntries(met, field, kind, elements);
  return undefined;
}

function kindOf(met: Met): Kind {
  const type = met.numbers.get("data_type")?.low ?? 0;
  const kind = KINDS.get(type);
  if (kind === undefined) throw new FormatError("unsupported", `a tensor of the type ${type}`, met.offset);
  return kind;
}

function elementsOf(met: Met): number {
  let elements = 1;
  let hasNone = false;
  for (const { low, high } of met.dims) {
    const length = high * TWO_32 + low;
    if (high >= TWO_32 / 2) throw new FormatError("malformed", "a tensor of negative length", met.offset);
    if (length === 0) hasNone = true;
    else elements *= length;
    // Also where another dimension is empty: libraries multiply in an order of their own.
    if (elements > MAX_ELEMENTS)
      throw new FormatError("malformed", "a tensor of too many elements", met.offset);
  }
  return hasNone ? 0 : elements;
}

function bytesOf(kind: Kind, elements: number): number {
  return Math.ceil((elements * kind.bits) / 8);
}

function requireBytes(met: Met, kind: Kind, elements: number): void {
  const size = met.sizes.get("raw_data") ?? 0;
  if (kind.bits === 0) throw new FormatError("malformed", "a tensor of texts as raw bytes", met.offset);
  if (size !== bytesOf(kind, elements)) throw disagrees(met, elements, `${size} bytes`);
}

function requireEntries(met: Met, field: string, kind: Kind, elements: number): void {
  if (field !== kind.field)
    throw new FormatError("malformed", `a tensor's data is in ${field}, not in ${kind.field}`, met.offset);
  const entries = met.counts.get(field) ?? 0;
  if (entries !== Math.ceil(elements / kind.perEntry)) throw disagrees(met, elements, `${entries} entries`);
}

function disagrees(met: Met, elements: number, given: string): FormatError {
  return new FormatError("malformed", `a tensor of ${elements} elements has ${given}`, met.offset);
}

/** Both marks must agree: libraries differ in which one they look at. */
function externalOf(met: Met, isExternal: boolean, kind: Kind, elements: number): ExternalTensor {
  const entries = new Map<string, string>();
  if (!isExternal)
    throw new FormatError(
      "ambiguous",
      "a tensor names another file and does not say that it lies there",
      met.offset,
    );
  if (met.numbers.get("data_type")?.low === STRING)
    throw new FormatError("unsupported", "a tensor of texts in another file", met.offset);
  for (const { field, key, value, offset } of met.pairs) {
    if (field !== "external_data") continue;
    if (!KEYS.has(key)) throw new FormatError("unsupported", `external data with the key ${key}`, offset);
    if (entries.has(key)) throw new FormatError("ambiguous", `a tensor's data has two keys ${key}`, offset);
    entries.set(key, value);
  }
  const size = bytesOf(kind, elements);
  const length = numberOf(entries, "length", met.offset);
  if (length !== undefined && length !== size) throw disagrees(met, elements, `${length} bytes elsewhere`);
  return {
    location: entries.get("location"),
    offset: met.offset,
    start: numberOf(entries, "offset", met.offset) ?? 0,
    size,
    hasLength: length !== undefined,
  };
}

function numberOf(entries: ReadonlyMap<string, string>, key: string, offset: number): number | undefined {
  const text = entries.get(key);
  if (text === undefined) return undefined;
  if (WHOLE_NUMBER.test(text)) return Number(text);
  throw new FormatError("malformed", `external data whose ${key} is no whole number`, offset);
}
