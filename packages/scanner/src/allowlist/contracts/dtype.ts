import type { CallValue, Value } from "@modelkeep/formats";
import type { ContractBreach } from "../entry.ts";
import {
  breach,
  changedBeyond,
  constructedBy,
  countOf,
  isCount,
  positional,
  qualified,
  shapeOf,
} from "./call.ts";

/** What a contract needs to know of a pickled `numpy.dtype(…)`. */
export interface DTypeFacts {
  /** Bytes of one element. */
  readonly itemSize: number;
  /** Elements hold pointers to Python objects. */
  readonly hasObject: boolean;
  /** `biufcmMOSUV`, as NumPy's `dtype.kind`. */
  readonly kind: string;
  readonly names: readonly string[];
}

/** The names that pickles of NumPy give (`arraydescr_reduce`): a kind and a size, never a comma or a field. */
const TYPE_NAME = /^[|<>=]?([biufcOSUVamM])([0-9]{0,9})$/;
const SHORT_NAMES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    "?": "b1",
    b: "i1",
    B: "u1",
    h: "i2",
    H: "u2",
    i: "i4",
    I: "u4",
    l: "i8",
    L: "u8",
    q: "i8",
    Q: "u8",
    e: "f2",
    f: "f4",
    d: "f8",
    g: "f16",
    F: "c8",
    D: "c16",
    G: "c32",
  }),
);
const SIZES: Readonly<Record<string, readonly number[]>> = {
  b: [1],
  i: [1, 2, 4, 8],
  u: [1, 2, 4, 8],
  f: [2, 4, 8, 12, 16],
  c: [8, 16, 24, 32],
  O: [4, 8],
  m: [8],
  M: [8],
};

/** Scalar classes that NumPy writes in place of a type's name (`numpy.dtype(numpy.record, …)`). */
const TYPE_CLASSES: ReadonlySet<string> = new Set([
  "numpy.record",
  "numpy.rec.record",
  "numpy.core.records.record",
  "numpy._core.records.record",
  "numpy.void",
]);

// numpy/ndarraytypes.h. Which elements are counted references decides whether NumPy treats bytes as pointers.
const ITEM_REFCOUNT = 0x01;
const LIST_PICKLE = 0x02;
const NEEDS_PYAPI = 0x10;
const OBJECT_FLAGS = ITEM_REFCOUNT | LIST_PICKLE | NEEDS_PYAPI;
/** Flags that a type without references may have: NPY_NEEDS_INIT (0x08), NPY_NEEDS_PYAPI and NPY_ALIGNED_STRUCT (0x80). */
const HARMLESS_FLAGS = 0x08 | NEEDS_PYAPI | 0x80;
const MAX_FIELD_DEPTH = 16;

export type DTypeResult = DTypeFacts | { readonly reason: string };

/** What a value says as a dtype: a `numpy.dtype` call of a pickle, or why it is none that NumPy itself writes. */
export function dtypeOf(value: Value | undefined, depth = 0): DTypeResult {
  if (value?.kind !== "call" || constructedBy(value) !== "numpy.dtype")
    return { reason: "the dtype is no numpy.dtype" };
  if (depth > MAX_FIELD_DEPTH) return { reason: "the dtype nests too deeply" };
  const known = checked.get(value);
  if (known !== undefined) return known;
  const result = readDType(value, depth);
  checked.set(value, result);
  return result;
}

/** A model names one dtype for thousands of arrays. */
const checked = new WeakMap<CallValue, DTypeResult>();

function readDType(call: CallValue, depth: number): DTypeResult {
  const [name, align, copy, ...rest] = positional(call) ?? [];
  // `REDUCE` is whole when it is passed on; another opcode's result could still get its state.
  if (call.via !== "REDUCE") return { reason: "the dtype is not made by a call" };
  const named = baseOf(name);
  if (named === undefined) return { reason: "the type is none that NumPy writes into a pickle" };
  if (rest.length > 0 || !isFlag(align) || !isFlag(copy)) return { reason: "takes a name and two flags" };
  const changed = changedBeyond(call, "states");
  if (changed !== undefined) return changed;
  const [state] = call.states;
  return state === undefined ? named : withState(named, state, depth);
}

function isFlag(value: Value | undefined): boolean {
  return value === undefined || value.kind === "bool" || isCount(value, 1);
}

function baseOf(value: Value | undefined): DTypeFacts | undefined {
  if (value?.kind === "global") {
    const known = TYPE_CLASSES.has(qualified(value) ?? "");
    return known ? { itemSize: 0, hasObject: false, kind: "V", names: [] } : undefined;
  }
  return value?.kind === "str" ? namedType(value.value) : undefined;
}

function namedType(name: string): DTypeFacts | undefined {
  const [, kind = "", digits = ""] = TYPE_NAME.exec(SHORT_NAMES.get(name) ?? name) ?? [];
  if (kind === "") return undefined;
  const size = digits === "" ? defaultSize(kind) : Number(digits);
  const sizes = SIZES[kind];
  if (size === undefined || (sizes !== undefined && !sizes.includes(size))) return undefined;
  const itemSize = kind === "U" ? size * 4 : size;
  return { itemSize, hasObject: kind === "O", kind, names: [] };
}

function defaultSize(kind: string): number | undefined {
  if (kind === "O" || kind === "m" || kind === "M") return 8;
  return kind === "S" || kind === "U" || kind === "V" || kind === "a" ? 0 : undefined;
}

/** `arraydescr_setstate` of numpy/core/src/multiarray/descriptor.c takes these without checking that they agree. */
function withState(base: DTypeFacts, state: Value, depth: number): DTypeResult {
  if (state.kind !== "tuple" || state.items.length < 8 || state.items.length > 9) {
    return { reason: "gets a state that is none of NumPy 1.7 or newer" };
  }
  const [version, order, subarray, names, fields, elementSize, alignment, flags] = state.items;
  if (!isCount(version, 4)) return { reason: "gets a state of an unknown version" };
  if (order?.kind !== "str" || !["<", ">", "=", "|"].includes(order.value))
    return { reason: "has an odd byte order" };
  if (flags?.kind !== "int" || typeof flags.value !== "number") return { reason: "has odd flags" };
  if (!isSize(elementSize) || !isSize(alignment)) return { reason: "has an odd size" };
  const size = declaredSize(base, elementSize);
  if (size === undefined) return { reason: "has another size than its kind" };
  const shaped = contentOf({ ...base, itemSize: size }, subarray, names, fields, depth);
  if ("reason" in shaped) return shaped;
  return flagsAgree(shaped, flags.value)
    ? shaped
    : { reason: `has the flags ${flags.value}, which do not fit what it holds` };
}

/** A size, or -1 for "as the kind says". */
function isSize(value: Value | undefined): boolean {
  return value?.kind === "int" && typeof value.value === "number" && value.value >= -1;
}

function declaredSize(base: DTypeFacts, size: Value | undefined): number | undefined {
  const declared = countOf(size);
  if (declared === undefined) return base.itemSize;
  const flexible = ["S", "U", "V", "a"].includes(base.kind);
  if (!flexible) return declared === base.itemSize ? declared : undefined;
  return base.itemSize === 0 || declared === base.itemSize ? declared : undefined;
}

function contentOf(
  base: DTypeFacts,
  subarray?: Value,
  names?: Value,
  fields?: Value,
  depth = 0,
): DTypeResult {
  if (subarray !== undefined && subarray.kind !== "none") return subarrayOf(base, subarray, depth);
  if (names === undefined || names.kind === "none") {
    return fields === undefined || fields.kind === "none" ? base : { reason: "has fields without names" };
  }
  return base.kind === "V" ? fieldsOf(base, names, fields, depth) : { reason: "has fields and is no record" };
}

function subarrayOf(base: DTypeFacts, value: Value, depth: number): DTypeResult {
  // Any other kind would store its numbers where the subarray's type has pointers.
  if (base.kind !== "V") return { reason: "has a subarray and is no raw bytes" };
  const [inner, dimensions, ...rest] = value.kind === "tuple" ? value.items : [];
  const element = dtypeOf(inner, depth + 1);
  if ("reason" in element) return element;
  const shape = dimensions?.kind === "int" ? [countOf(dimensions)] : shapeOf(dimensions);
  const count = shape?.reduce<number>((product, length) => product * (length ?? Number.NaN), 1);
  if (rest.length > 0 || count === undefined) return { reason: "has an odd subarray" };
  if (count * element.itemSize !== base.itemSize) return { reason: "has a subarray of another size" };
  return { ...base, hasObject: element.hasObject };
}

function fieldsOf(base: DTypeFacts, names: Value, fields: Value | undefined, depth: number): DTypeResult {
  if (names.kind !== "tuple" || fields?.kind !== "dict") return { reason: "has odd fields" };
  const known = new Map<string, Value>();
  for (const [key, field] of fields.entries) if (key.kind === "str") known.set(key.value, field);
  const found: string[] = [];
  let hasObject = false;
  for (const name of names.items) {
    const field = name.kind === "str" ? known.get(name.value) : undefined;
    const result = fieldOf(base, field, depth);
    if (name.kind !== "str" || "reason" in result)
      return "reason" in result ? result : { reason: "has odd names" };
    hasObject ||= result.hasObject;
    found.push(name.value);
  }
  if (hasObject && overlap(base, names.items, known, depth))
    return { reason: "has fields that overlap, so that one writes where another holds pointers" };
  // A field beside the names (a title) is another way to the same bytes, so it has to be in range as well.
  for (const [key, field] of known) {
    const result = fieldOf(base, field, depth);
    if ("reason" in result) return result;
    if (hasObject && !found.includes(key)) return { reason: "holds objects and has fields without a name" };
    if (result.hasObject && !hasObject) return { reason: "has a field of objects beside its names" };
  }
  return { ...base, hasObject, names: found };
}

/** Whether two fields share bytes, or a name stands twice. */
function overlap(
  base: DTypeFacts,
  names: readonly Value[],
  known: ReadonlyMap<string, Value>,
  depth: number,
): boolean {
  const spans = names.map((name) =>
    spanOf(base, name.kind === "str" ? known.get(name.value) : undefined, depth),
  );
  spans.sort((a, b) => a.start - b.start || a.end - b.end);
  return spans.some(({ start }, i) => start < (spans[i - 1]?.end ?? 0));
}

function spanOf(base: DTypeFacts, field: Value | undefined, depth: number): { start: number; end: number } {
  const element = fieldOf(base, field, depth);
  const at = countOf(field?.kind === "tuple" ? field.items[1] : undefined);
  // A field that is none overlaps everything.
  if ("reason" in element || at === undefined) return { start: 0, end: Number.POSITIVE_INFINITY };
  return { start: at, end: at + element.itemSize };
}

function fieldOf(base: DTypeFacts, field: Value | undefined, depth: number): DTypeResult {
  const [type, at] = field?.kind === "tuple" ? field.items : [];
  const element = dtypeOf(type, depth + 1);
  if ("reason" in element) return element;
  const offset = countOf(at);
  if (offset === undefined || offset + element.itemSize > base.itemSize) {
    return { reason: "has a field outside its element" };
  }
  return element;
}

/** NumPy 1 writes the flags as a signed byte, so an aligned record has negative ones. */
function flagsAgree(facts: DTypeFacts, written: number): boolean {
  if (!Number.isInteger(written) || written < -0x80 || written > 0xff) return false;
  const flags = written & 0xff;
  return facts.hasObject ? (flags & OBJECT_FLAGS) === OBJECT_FLAGS : (flags & ~HARMLESS_FLAGS) === 0;
}

/** The contract of `numpy.dtype(name, align, copy)` and its state. */
export function dtypeContract(call: CallValue): ContractBreach | undefined {
  if (call.via === "SKOPS") return skopsDType(call);
  const result = dtypeOf(call);
  return "reason" in result ? breach(call, result.reason) : undefined;
}

/** skops keeps a dtype as an empty `.npy`; the reader hands its description on, already parsed. */
function skopsDType(call: CallValue): ContractBreach | undefined {
  const [description, ...rest] = positional(call) ?? [];
  const changed = changedBeyond(call);
  if (changed !== undefined) return changed;
  return description?.kind === "str" && rest.length === 0 ? undefined : breach(call, "takes one description");
}
