import { SandboxError } from "../error.ts";

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
  | { readonly kind: "list"; readonly items: readonly unknown[] };

type Numbers =
  | Float64Array
  | Float32Array
  | Int32Array
  | Int16Array
  | Int8Array
  | Uint32Array
  | Uint16Array
  | Uint8Array
  | BigInt64Array
  | BigUint64Array;

/** How the elements of a numeric dtype look as bytes, little-endian. */
const PACKERS: ReadonlyMap<
  string,
  { pack(data: ArrayLike<unknown>): Numbers; read(bytes: ArrayBuffer): Numbers }
> = new Map([
  ["float64", { pack: (d) => Float64Array.from(d, Number), read: (b) => new Float64Array(b) }],
  ["float32", { pack: (d) => Float32Array.from(d, Number), read: (b) => new Float32Array(b) }],
  ["int64", { pack: (d) => BigInt64Array.from(d, toBigInt), read: (b) => new BigInt64Array(b) }],
  ["uint64", { pack: (d) => BigUint64Array.from(d, toBigInt), read: (b) => new BigUint64Array(b) }],
  ["int32", { pack: (d) => Int32Array.from(d, Number), read: (b) => new Int32Array(b) }],
  ["int16", { pack: (d) => Int16Array.from(d, Number), read: (b) => new Int16Array(b) }],
  ["int8", { pack: (d) => Int8Array.from(d, Number), read: (b) => new Int8Array(b) }],
  ["uint32", { pack: (d) => Uint32Array.from(d, Number), read: (b) => new Uint32Array(b) }],
  ["uint16", { pack: (d) => Uint16Array.from(d, Number), read: (b) => new Uint16Array(b) }],
  ["uint8", { pack: (d) => Uint8Array.from(d, Number), read: (b) => new Uint8Array(b) }],
  ["bool", { pack: (d) => Uint8Array.from(d, Number), read: (b) => new Uint8Array(b) }],
]);

function toBigInt(value: unknown): bigint {
  return typeof value === "bigint" ? value : BigInt(Number(value));
}

/** A value as JSON data: numbers as base64 of their bytes, so that NaN and 64 bits survive. */
export function encodeValue(value: WireValue): unknown {
  switch (value.kind) {
    case "tensor":
      return {
        kind: "tensor",
        shape: value.tensor.shape,
        ...encodeData(value.tensor.data, value.tensor.dtype),
      };
    case "csr": {
      const { csr } = value;
      return {
        kind: "csr",
        shape: csr.shape,
        indptr: encodeData(csr.indptr, "int64"),
        indices: encodeData(csr.indices, "int64"),
        data: encodeData(csr.data, csr.dtype),
      };
    }
    case "frame":
      return {
        kind: "frame",
        columns: [...value.frame.columns].map(([name, data]) => [
          name,
          encodeData(data, value.frame.dtypes[name] ?? ""),
        ]),
      };
    case "list":
      break;
  }
  return { kind: "list", items: value.items };
}

function encodeData(data: ArrayLike<unknown>, dtype: string): Record<string, unknown> {
  const packer = PACKERS.get(dtype);
  if (packer === undefined) return { dtype, items: Array.from(data) };
  const packed = packer.pack(data);
  return { dtype, b64: Buffer.from(packed.buffer, packed.byteOffset, packed.byteLength).toString("base64") };
}

/**
 * Reads a value that the worker sent. The worker is hostile: everything is checked.
 * @throws {SandboxError} `protocol`
 */
export function decodeValue(json: unknown): WireValue {
  const value = record(json);
  switch (value["kind"]) {
    case "tensor":
      return { kind: "tensor", tensor: decodeTensor(value) };
    case "csr":
      return { kind: "csr", csr: decodeCsr(value) };
    case "frame":
      return { kind: "frame", frame: decodeFrame(value) };
    case "list":
      return { kind: "list", items: list(value["items"]) };
    default:
      throw wrong("a value of no known kind");
  }
}

function decodeTensor(value: Readonly<Record<string, unknown>>): WireTensor {
  const shape = list(value["shape"]).map(length);
  const data = decodeData(value);
  if (shape.reduce((product, one) => product * one, 1) !== data.length)
    throw wrong("a shape that does not fit");
  return { shape, data, dtype: text(value["dtype"]) };
}

function decodeCsr(value: Readonly<Record<string, unknown>>): WireCsr {
  const [rows, columns] = list(value["shape"]).map(length);
  if (rows === undefined || columns === undefined) throw wrong("a sparse matrix without a shape");
  const member = (name: string): number[] => Array.from(decodeData(record(value[name])), Number);
  const indptr = member("indptr");
  const indices = member("indices");
  const data = member("data");
  if (indptr.length !== rows + 1 || indices.length !== data.length)
    throw wrong("a sparse matrix that does not fit");
  return { indptr, indices, data, shape: [rows, columns], dtype: text(record(value["data"])["dtype"]) };
}

function decodeFrame(value: Readonly<Record<string, unknown>>): WireFrame {
  const columns = new Map<string, ArrayLike<unknown>>();
  const dtypes: Record<string, string> = Object.create(null);
  for (const entry of list(value["columns"])) {
    const [name, data] = list(entry);
    columns.set(text(name), decodeData(record(data)));
    dtypes[text(name)] = text(record(data)["dtype"]);
  }
  return { columns, dtypes };
}

function decodeData(value: Readonly<Record<string, unknown>>): ArrayLike<WireScalar> {
  const packer = PACKERS.get(text(value["dtype"]));
  if (packer === undefined) return list(value["items"]).map(scalar);
  const bytes = Buffer.from(text(value["b64"]), "base64");
  const copy = new Uint8Array(bytes).buffer;
  let numbers: Numbers;
  try {
    numbers = packer.read(copy);
  } catch (cause) {
    throw new SandboxError("protocol", "the worker sent bytes of a wrong length", { cause });
  }
  return value["dtype"] === "bool" ? Array.from(numbers, Boolean) : numbers;
}

function scalar(value: unknown): WireScalar {
  if (
    value === null ||
    typeof value === "number" ||
    typeof value === "boolean" ||
    typeof value === "string"
  ) {
    return value;
  }
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
