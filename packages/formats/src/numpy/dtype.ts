import type { ArrayField, Value } from "../value.ts";

/** NumPy's kind characters; `T` and user types are not read. */
export type DTypeKind = "b" | "i" | "u" | "f" | "c" | "S" | "U" | "V" | "O" | "M" | "m";

export interface DTypeField {
  readonly name: string;
  readonly dtype: DType;
  /** Bytes from the start of a record. */
  readonly offset: number;
}

/** A NumPy data type. */
export interface DType {
  readonly kind: DTypeKind;
  /** Bytes per element. */
  readonly itemSize: number;
  readonly littleEndian: boolean;
  /** For records: in order. */
  readonly fields?: readonly DTypeField[];
  /** For a fixed-size array as one element (`(2,)<f8`, a field of a record): what it is made of. */
  readonly subarray?: DType;
  /** Canonical text, such as `<f8`; records as `V<size>`. */
  readonly text: string;
}

/** Whether elements are, or hold, references to Python objects: those are pickled, never raw. */
export function hasObjects(dtype: DType): boolean {
  if (dtype.kind === "O" || (dtype.subarray !== undefined && hasObjects(dtype.subarray))) return true;
  return (dtype.fields ?? []).some((field) => hasObjects(field.dtype));
}

const SIZES: Readonly<Record<DTypeKind, readonly number[] | undefined>> = {
  b: [1],
  i: [1, 2, 4, 8],
  u: [1, 2, 4, 8],
  f: [2, 4, 8, 16],
  c: [8, 16, 32],
  O: [4, 8],
  M: [8],
  m: [8],
  S: undefined,
  U: undefined,
  V: undefined,
};

const MAX_ITEM = 2 ** 31;

/** `<f8`, `|O`, `U5`, … as NumPy writes them; nothing that its own parser would read as a list or an alias. */
export function parseDTypeText(text: string): DType | undefined {
  const match = /^([<>|=]?)([biufcSUVOMm])([0-9]{0,10})(\[[a-zA-Z0-9]{1,8}\])?$/u.exec(text);
  if (match === null) return undefined;
  const kind = match[2] as DTypeKind;
  const written = match[3] === "" ? undefined : Number(match[3]);
  if (match[4] !== undefined && kind !== "M" && kind !== "m") return undefined;
  const count = written ?? (kind === "O" ? 8 : undefined);
  if (count === undefined || count > MAX_ITEM) return undefined;
  const sizes = SIZES[kind];
  if (sizes !== undefined && !sizes.includes(count)) return undefined;
  const littleEndian = match[1] !== ">";
  const itemSize = kind === "U" ? count * 4 : count;
  return { kind, itemSize, littleEndian, text: canonicalText(kind, count, itemSize, littleEndian) };
}

function canonicalText(kind: DTypeKind, count: number, itemSize: number, littleEndian: boolean): string {
  if (kind === "O") return "|O";
  const order = itemSize === 1 || kind === "S" || kind === "V" ? "|" : littleEndian ? "<" : ">";
  return `${order}${kind}${count}`;
}

export function isGlobal(value: Value | undefined, modules: readonly string[], name: string): boolean {
  return value?.kind === "global" && value.name === name && modules.includes(value.module);
}

/** Records within records beyond this are no model's. */
const MAX_NESTING = 16;

/**
 * `numpy.dtype('f8', False, True)` and its state, as pickles hold it.
 * @returns `undefined` for anything else, also for dtypes that are not read here
 */
export function asDType(value: Value, depth = 0): DType | undefined {
  if (value.kind === "str") return parseDTypeText(value.value);
  if (value.kind !== "call" || (value.via !== "REDUCE" && value.via !== "SKOPS")) return undefined;
  const [name] = value.args.kind === "tuple" ? value.args.items : [];
  if (name === undefined || depth > MAX_NESTING || !isDTypeClass(value.callee)) return undefined;
  const plain = plainDType(name, value.states[0]);
  if (plain === undefined || value.states.length > 1) return undefined;
  const [state] = value.states;
  return state === undefined ? plain : withState(plain, state, depth);
}

/** The first argument: a text, or `numpy.record` for a record array, whose size is in the state alone. */
function plainDType(name: Value, state: Value | undefined): DType | undefined {
  if (name.kind === "str") return parseDTypeText(name.value);
  if (!isGlobal(name, ["numpy", "numpy.rec"], "record")) return undefined;
  const size = state?.kind === "tuple" ? state.items[5] : undefined;
  return size?.kind === "int" ? parseDTypeText(`|V${size.value}`) : undefined;
}

/** `numpy.dtype`, or NumPy 2's classes of single types (`numpy.dtypes.Float64DType`). */
function isDTypeClass(callee: Value): boolean {
  return isGlobal(callee, ["numpy", "numpy.core.multiarray", "numpy._core.multiarray"], "dtype");
}

/** `dtype.__setstate__((version, order, subdtype, names, fields, itemsize, alignment, flags[, metadata]))`. */
function withState(plain: DType, state: Value, depth: number): DType | undefined {
  if (state.kind !== "tuple") return undefined;
  const [, order, sub, names, fields, size, , , metadata] = state.items;
  if (order?.kind !== "str" || !/^[<>|=]$/u.test(order.value) || sub === undefined) return undefined;
  if (sub.kind !== "none") return subarrayOf(plain, sub, depth);
  if (names === undefined || names.kind === "none") {
    return withUnit(withOrder(plain, order.value !== ">"), metadata);
  }
  if (plain.kind !== "V" || names.kind !== "tuple" || fields?.kind !== "dict" || size?.kind !== "int")
    return undefined;
  const list = recordFields(names.items, fields.entries, plain.itemSize, depth);
  return list === undefined || Number(size.value) !== plain.itemSize ? undefined : { ...plain, fields: list };
}

function withOrder(plain: DType, littleEndian: boolean): DType {
  if (plain.itemSize <= 1 || littleEndian === plain.littleEndian) return plain;
  return { ...plain, littleEndian, text: plain.text.replace(/^[<>]/u, littleEndian ? "<" : ">") };
}

/** Dates and spans: `(None, (b'ns', num, den, events))`. Only units as NumPy spells them, taken once. */
function withUnit(plain: DType, metadata: Value | undefined): DType | undefined {
  if ((plain.kind !== "M" && plain.kind !== "m") || plain.text.includes("[")) return plain;
  if (metadata === undefined || metadata.kind === "none") return plain;
  const tuple = metadata.kind === "tuple" ? metadata.items[1] : undefined;
  const [unit, count] = tuple?.kind === "tuple" ? tuple.items : [];
  const name = unit === undefined ? undefined : unitName(unit);
  if (name === undefined || count?.kind !== "int") return undefined;
  return name === "generic"
    ? plain
    : { ...plain, text: `${plain.text}[${count.value === 1 ? "" : count.value}${name}]` };
}

const UNITS = /^(?:Y|M|W|D|h|m|s|ms|us|ns|ps|fs|as|generic)$/u;

/** Protocols below 3 write the unit's bytes as `_codecs.encode(text, 'latin1')`. */
function unitName(unit: Value): string | undefined {
  let text: string | undefined;
  if (unit.kind === "bytes" && unit.source.size <= 8) {
    text = Buffer.from(unit.source.view(0, unit.source.size)).toString("latin1");
  } else if (unit.kind === "str") text = unit.value;
  else if (
    unit.kind === "call" &&
    isGlobal(unit.callee, ["_codecs"], "encode") &&
    unit.args.kind === "tuple"
  ) {
    const [written] = unit.args.items;
    text = written?.kind === "str" ? written.value : undefined;
  }
  return text !== undefined && UNITS.test(text) ? text : undefined;
}

/** `(dtype, shape)`: an array as one element. */
function subarrayOf(plain: DType, sub: Value, depth: number): DType | undefined {
  const [type, shape] = sub.kind === "tuple" ? sub.items : [];
  const subarray = type === undefined ? undefined : asDType(type, depth + 1);
  if (plain.kind !== "V" || subarray === undefined || shape?.kind !== "tuple") return undefined;
  const bytes = shape.items.reduce(
    (product, item) => (item.kind === "int" ? product * Number(item.value) : Number.NaN),
    subarray.itemSize,
  );
  return bytes === plain.itemSize ? { ...plain, subarray } : undefined;
}

function recordFields(
  names: readonly Value[],
  entries: readonly [Value, Value][],
  itemSize: number,
  depth: number,
): DTypeField[] | undefined {
  const byName = new Map<string, Value>();
  for (const [key, value] of entries) if (key.kind === "str") byName.set(key.value, value);
  const out: DTypeField[] = [];
  for (const name of names) {
    if (name.kind !== "str") return undefined;
    const entry = byName.get(name.value);
    if (entry?.kind !== "tuple") return undefined;
    const [type, at] = entry.items;
    const dtype = type === undefined ? undefined : asDType(type, depth + 1);
    if (dtype === undefined || at?.kind !== "int" || typeof at.value !== "number") return undefined;
    if (at.value < 0 || at.value + dtype.itemSize > itemSize) return undefined;
    out.push({ name: name.value, dtype, offset: at.value });
  }
  return out;
}

/** A dtype as an `ArrayValue` carries it. */
export function dtypeParts(dtype: DType): { dtype: string; fields?: readonly ArrayField[] } {
  if (dtype.fields === undefined) return { dtype: dtype.text };
  // `.npy` headers write the filler of aligned records as nameless fields.
  const named = dtype.fields.filter((field) => field.name !== "" || field.dtype.kind !== "V");
  const fields = named.map((field) => ({
    name: field.name,
    dtype: field.dtype.text,
    offset: field.offset,
  }));
  return { dtype: dtype.text, fields };
}

/** The dtype that `dtypeParts` gave; undefined when a field is itself a record, or lies outside. */
export function described(text: string, fields: readonly ArrayField[] | undefined): DType | undefined {
  const dtype = parseDTypeText(text);
  if (dtype === undefined || fields === undefined) return dtype;
  const list: DTypeField[] = [];
  for (const { name, dtype: inner, offset } of fields) {
    const type = parseDTypeText(inner);
    if (type === undefined || type.kind === "V" || offset + type.itemSize > dtype.itemSize) return undefined;
    list.push({ name, dtype: type, offset });
  }
  return { ...dtype, fields: list };
}
