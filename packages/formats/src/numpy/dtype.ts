import type { Value } from "../value.ts";

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
  /** Canonical text, such as `<f8`; records as `V<size>`. */
  readonly text: string;
}

/** Whether elements are, or hold, references to Python objects: those are pickled, never raw. */
export function hasObjects(dtype: DType): boolean {
  return dtype.kind === "O" || (dtype.fields ?? []).some((field) => hasObjects(field.dtype));
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

/** `numpy.dtype('f8', False, True)` and its state, as pickles hold it. */
export function asDType(value: Value): DType | undefined {
  if (value.kind === "str") return parseDTypeText(value.value);
  if (value.kind !== "call" || (value.via !== "REDUCE" && value.via !== "SKOPS")) return undefined;
  const [name] = value.args.kind === "tuple" ? value.args.items : [];
  if (name?.kind !== "str" || !isDTypeClass(value.callee)) return undefined;
  const plain = parseDTypeText(name.value);
  if (plain === undefined || value.states.length > 1) return undefined;
  const [state] = value.states;
  return state === undefined ? plain : withState(plain, state);
}

/** `numpy.dtype`, or NumPy 2's classes of single types (`numpy.dtypes.Float64DType`). */
function isDTypeClass(callee: Value): boolean {
  return isGlobal(callee, ["numpy", "numpy.core.multiarray", "numpy._core.multiarray"], "dtype");
}

/** `dtype.__setstate__((version, order, subdtype, names, fields, itemsize, alignment, flags[, metadata]))`. */
function withState(plain: DType, state: Value): DType | undefined {
  if (state.kind !== "tuple") return undefined;
  const [, order, sub, names, fields, size] = state.items;
  if (order?.kind !== "str" || !/^[<>|=]$/u.test(order.value) || sub?.kind !== "none") return undefined;
  const littleEndian = order.value !== ">";
  if (names?.kind === "none" || names === undefined) {
    const order2 = plain.itemSize > 1 && littleEndian !== plain.littleEndian;
    return order2
      ? { ...plain, littleEndian, text: plain.text.replace(/^[<>]/u, littleEndian ? "<" : ">") }
      : plain;
  }
  if (plain.kind !== "V" || names.kind !== "tuple" || fields?.kind !== "dict" || size?.kind !== "int")
    return undefined;
  const list = recordFields(names.items, fields.entries, plain.itemSize);
  return list === undefined || Number(size.value) !== plain.itemSize ? undefined : { ...plain, fields: list };
}

function recordFields(
  names: readonly Value[],
  entries: readonly [Value, Value][],
  itemSize: number,
): DTypeField[] | undefined {
  const byName = new Map<string, Value>();
  for (const [key, value] of entries) if (key.kind === "str") byName.set(key.value, value);
  const out: DTypeField[] = [];
  for (const name of names) {
    if (name.kind !== "str") return undefined;
    const entry = byName.get(name.value);
    if (entry?.kind !== "tuple") return undefined;
    const [type, at] = entry.items;
    const dtype = type === undefined ? undefined : asDType(type);
    if (dtype === undefined || at?.kind !== "int" || typeof at.value !== "number") return undefined;
    if (at.value < 0 || at.value + dtype.itemSize > itemSize) return undefined;
    out.push({ name: name.value, dtype, offset: at.value });
  }
  return out;
}
