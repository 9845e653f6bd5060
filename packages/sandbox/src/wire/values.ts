import { SandboxError } from "../error.ts";
import { PACKERS } from "./numbers.ts";

/** One element. */
export type WireScalar = number | bigint | boolean | string | null;

/** A dense array, row-major. */
export interface WireTensor {
  readonly data: ArrayLike<WireScalar>;
  readonly shape: readonly number[];
  readonly dtype: string;
}

export interface WireCsr {
  readonly indptr: ArrayLike<number>;
  readonly indices: ArrayLike<number>;
  readonly data: ArrayLike<number>;
  readonly shape: readonly [number, number];
  readonly dtype: string;
}

export interface WireFrame {
  readonly columns: ReadonlyMap<string, ArrayLike<unknown>>;
  readonly dtypes: Readonly<Record<string, string>>;
}

export type WireValue =
  | { readonly kind: "tensor"; readonly tensor: WireTensor }
  | { readonly kind: "csr"; readonly csr: WireCsr }
  | { readonly kind: "frame"; readonly frame: WireFrame }
  /** several arrays: one for each output, or what `kneighbors` answers */
  | { readonly kind: "tensors"; readonly tensors: readonly WireTensor[] }
  | { readonly kind: "list"; readonly items: readonly unknown[] };

const ALIGNMENT = 8;

/** Collects the raw bytes of one message; each part begins at a multiple of eight. */
export class Payload {
  readonly parts: Uint8Array[] = [];
  #size = 0;

  add(bytes: Uint8Array): { at: number; size: number } {
    const place = { at: this.#size, size: bytes.byteLength };
    const padding = (ALIGNMENT - (bytes.byteLength % ALIGNMENT)) % ALIGNMENT;
    this.parts.push(bytes);
    if (padding > 0) this.parts.push(new Uint8Array(padding));
    this.#size += bytes.byteLength + padding;
    return place;
  }
}

/** A value as JSON data that points into `payload`: numbers as their bytes, so that NaN and 64 bits survive. */
export function encodeValue(value: WireValue, payload: Payload): unknown {
  switch (value.kind) {
    case "tensor":
      return {
        kind: "tensor",
        shape: value.tensor.shape,
        ...encodeData(value.tensor.data, value.tensor.dtype, payload),
      };
    case "csr": {
      const { csr } = value;
      return {
        kind: "csr",
        shape: csr.shape,
        indptr: encodeData(csr.indptr, "int64", payload),
        indices: encodeData(csr.indices, "int64", payload),
        data: encodeData(csr.data, csr.dtype, payload),
      };
    }
    case "frame":
      return {
        kind: "frame",
        columns: [...value.frame.columns].map(([name, data]) => [
          name,
          encodeData(data, value.frame.dtypes[name] ?? "", payload),
        ]),
      };
    case "list":
      return { kind: "list", items: value.items.map(listItem) };
    case "tensors":
      break;
  }
  throw new SandboxError("bad-input", "several arrays at once are no input: give one");
}

function listItem(item: unknown): unknown {
  if (typeof item !== "object" || item === null) return item;
  const row: Record<string, unknown> = Object.create(null);
  for (const [name, value] of Object.entries(item)) row[name] = encodeElement(value);
  return row;
}

function encodeData(data: ArrayLike<unknown>, dtype: string, payload: Payload): Record<string, unknown> {
  const packer = PACKERS.get(dtype);
  if (packer === undefined) return { dtype, items: Array.from(data, encodeElement) };
  const packed = packer.pack(data);
  return { dtype, ...payload.add(new Uint8Array(packed.buffer, packed.byteOffset, packed.byteLength)) };
}

/** What JSON cannot say is a record of one member: `n` no finite number, `i` a large whole one. */
function encodeElement(value: unknown): unknown {
  if (typeof value === "bigint") return { i: value.toString() };
  if (typeof value === "number" && !Number.isFinite(value))
    return { n: Number.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf" };
  return value === undefined ? null : value;
}

/** As many axes as NumPy has at most. */
const MAX_AXES = 64;
/** Lists that an array without elements may turn into. */
const MAX_EMPTY = 100_000;

/** The bytes that a value points into, and how many elements it may still have. */
interface Rest {
  readonly payload: Buffer;
  elements: number;
}

/**
 * Reads a value that the worker sent. The worker is hostile: everything is checked.
 * @param most elements that it may have
 * @throws {SandboxError} `protocol`, `exceeded`
 */
export function decodeValue(json: unknown, bytes: Buffer, most = Number.POSITIVE_INFINITY): WireValue {
  const value = record(json);
  const payload: Rest = { payload: bytes, elements: most };
  switch (value["kind"]) {
    case "tensor":
      return { kind: "tensor", tensor: decodeTensor(value, payload) };
    case "tensors":
      return {
        kind: "tensors",
        tensors: list(value["tensors"]).map((one) => decodeTensor(record(one), payload)),
      };
    case "csr":
      return { kind: "csr", csr: decodeCsr(value, payload) };
    case "frame":
      return { kind: "frame", frame: decodeFrame(value, payload) };
    default:
      throw wrong("a value of no known kind");
  }
}

function decodeTensor(value: Readonly<Record<string, unknown>>, payload: Rest): WireTensor {
  const shape = list(value["shape"]).map(length);
  if (shape.length > MAX_AXES) throw wrong(`an array of ${shape.length} axes`);
  const data = decodeData(value, payload);
  // A shape like [4294967295, 0] holds nothing, and as lists it would fill the memory.
  if (data.length === 0 && shape.reduce((product, one) => product * Math.max(1, one), 1) > MAX_EMPTY)
    throw wrong("an empty array of a huge shape");
  if (shape.reduce((product, one) => product * one, 1) !== data.length)
    throw wrong("a shape that does not fit");
  return { shape, data, dtype: text(value["dtype"]) };
}

function decodeCsr(value: Readonly<Record<string, unknown>>, payload: Rest): WireCsr {
  const [rows, columns, more] = list(value["shape"]).map(length);
  if (rows === undefined || columns === undefined || more !== undefined)
    throw wrong("a sparse matrix without a shape");
  const member = (name: string): number[] => Array.from(decodeData(record(value[name]), payload), Number);
  const indptr = member("indptr");
  const indices = member("indices");
  const data = member("data");
  if (indptr.length !== rows + 1 || indices.length !== data.length || !isCsr(indptr, indices, columns))
    throw wrong("a sparse matrix that does not fit");
  return { indptr, indices, data, shape: [rows, columns], dtype: text(record(value["data"])["dtype"]) };
}

/** Row ends never go back and end at the last element; every column is there. */
function isCsr(indptr: readonly number[], indices: readonly number[], columns: number): boolean {
  return (
    indptr[0] === 0 &&
    indptr.at(-1) === indices.length &&
    indptr.every((end, row) => row === 0 || end >= (indptr[row - 1] ?? 0)) &&
    indptr.every(Number.isInteger) &&
    indices.every((column) => Number.isInteger(column) && column >= 0 && column < columns)
  );
}

function decodeFrame(value: Readonly<Record<string, unknown>>, payload: Rest): WireFrame {
  const rows = length(value["rows"]);
  const columns = new Map<string, ArrayLike<unknown>>();
  const dtypes: Record<string, string> = Object.create(null);
  for (const entry of list(value["columns"])) {
    const [name, data] = list(entry);
    const values = decodeData(record(data), payload);
    if (values.length !== rows || columns.has(text(name))) throw wrong("a frame that does not fit");
    columns.set(text(name), values);
    dtypes[text(name)] = text(record(data)["dtype"]);
  }
  return { columns, dtypes };
}

function decodeData(value: Readonly<Record<string, unknown>>, rest: Rest): ArrayLike<WireScalar> {
  const packer = PACKERS.get(text(value["dtype"]));
  if (packer === undefined) return counted(list(value["items"]), rest).map(decodeElement);
  const [at, size] = [length(value["at"]), length(value["size"])];
  const { payload } = rest;
  if (at + size > payload.byteLength) throw wrong("bytes outside of its frame");
  // A copy of its own: aligned, and nothing else of the frame is kept alive or can be reached through it.
  const copy = new Uint8Array(payload.subarray(at, at + size)).buffer;
  try {
    const numbers = counted(packer.read(copy), rest);
    return value["dtype"] === "bool" ? Array.from(numbers, Boolean) : numbers;
  } catch (cause) {
    if (cause instanceof SandboxError) throw cause;
    throw new SandboxError("protocol", "the worker sent bytes of a wrong length", { cause });
  }
}

/** Several arrays may point at the same bytes: each counts. */
function counted<Data extends ArrayLike<unknown>>(data: Data, rest: Rest): Data {
  rest.elements -= data.length;
  if (rest.elements >= 0) return data;
  throw new SandboxError("exceeded", "the worker answered more values than allowed: ask for fewer rows");
}

const NOT_FINITE: ReadonlyMap<unknown, number> = new Map([
  ["nan", Number.NaN],
  ["inf", Number.POSITIVE_INFINITY],
  ["-inf", Number.NEGATIVE_INFINITY],
]);
const MAX_DIGITS = 4_000;

function decodeElement(value: unknown): WireScalar {
  if (
    value === null ||
    typeof value === "number" ||
    typeof value === "boolean" ||
    typeof value === "string"
  ) {
    return value;
  }
  const special = record(value);
  const number = NOT_FINITE.get(special["n"]);
  if (number !== undefined) return number;
  const digits = special["i"];
  if (typeof digits === "string" && digits.length <= MAX_DIGITS && /^-?\d+$/u.test(digits))
    return BigInt(digits);
  throw wrong("an element that is no scalar");
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return { ...value };
  throw wrong("no object");
}

function list(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw wrong("no list");
}

function text(value: unknown): string {
  if (typeof value === "string") return value;
  throw wrong("no text");
}

function length(value: unknown): number {
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) return value;
  throw wrong("no length");
}

function wrong(what: string): SandboxError {
  return new SandboxError("protocol", `the worker sent ${what}`);
}
