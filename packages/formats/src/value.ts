import type { ByteSource } from "@modelkeep/bytes";

/**
 * The graph that reading a serialised object yields, without running anything. A pickle, a joblib file and
 * a skops schema all become this graph: the judge walks it, `estimators` reads it as data, `--trace` prints it.
 *
 * Containers and calls are mutable while the machine runs (APPENDS, SETITEMS and BUILD change them, and the
 * graph may be cyclic); afterwards they are read only. `offset` is in bytes within the part that was read.
 */
export type Value =
  | NoneValue
  | BoolValue
  | IntValue
  | FloatValue
  | StrValue
  | BytesValue
  | ListValue
  | TupleValue
  | DictValue
  | SetValue
  | GlobalValue
  | CallValue
  | PersistentValue
  | BufferValue
  | ArrayValue;

export interface NoneValue {
  readonly kind: "none";
}

export interface BoolValue {
  readonly kind: "bool";
  readonly value: boolean;
}

export interface IntValue {
  readonly kind: "int";
  /** A number when it is a safe integer, else a bigint. */
  readonly value: number | bigint;
}

export interface FloatValue {
  readonly kind: "float";
  readonly value: number;
}

export interface StrValue {
  readonly kind: "str";
  /** Decoded (UTF-8 with surrogatepass, as CPython); long strings decode on first use. */
  readonly value: string;
  readonly offset: number;
}

export interface BytesValue {
  readonly kind: "bytes";
  /** `bytearray` differs from `bytes` only in what it is called. */
  readonly mutable: boolean;
  /** The content; a window of the file where it stands there raw, so nothing is copied. */
  readonly source: ByteSource;
  readonly offset: number;
}

export interface ListValue {
  readonly kind: "list";
  readonly items: Value[];
  readonly offset: number;
}

export interface TupleValue {
  readonly kind: "tuple";
  readonly items: readonly Value[];
  readonly offset: number;
}

export interface DictValue {
  readonly kind: "dict";
  /** In order of insertion; keys may repeat, the last wins, as in Python. */
  readonly entries: [key: Value, value: Value][];
  readonly offset: number;
}

export interface SetValue {
  readonly kind: "set";
  readonly frozen: boolean;
  readonly items: Value[];
  readonly offset: number;
}

/** A reference to `module.name` (name may be dotted since protocol 4). */
export interface GlobalValue {
  readonly kind: "global";
  readonly module: string;
  readonly name: string;
  /** The spelling in the file, where CPython renames it (Python 2's `__builtin__` is `builtins`). */
  readonly written?: { readonly module: string; readonly name: string };
  readonly offset: number;
}

/** How a call came about: the opcode (REDUCE, NEWOBJ, …), or `SKOPS` for a node of a skops schema. */
export type CallVia = "REDUCE" | "NEWOBJ" | "NEWOBJ_EX" | "INST" | "OBJ" | "EXT" | "SKOPS";

/** `callee(*args, **kwargs)`, then what was done to the result. */
export interface CallValue {
  readonly kind: "call";
  readonly via: CallVia;
  readonly callee: Value;
  readonly args: Value;
  readonly kwargs?: Value;
  /** Each BUILD's state, in order: `__setstate__(state)` or an update of `__dict__`. */
  readonly states: Value[];
  /** APPEND/APPENDS on the result: `.append` or `.extend` of whatever it is. */
  readonly appended: Value[];
  /** SETITEM(S) on the result: `result[key] = value`. */
  readonly entries: [key: Value, value: Value][];
  readonly offset: number;
}

/** BINPERSID/PERSID: torch storages. `id` is the persistent id. */
export interface PersistentValue {
  readonly kind: "persistent";
  readonly id: Value;
  readonly offset: number;
}

/** NEXT_BUFFER: an out-of-band buffer (protocol 5). */
export interface BufferValue {
  readonly kind: "buffer";
  readonly index: number;
  readonly readonly: boolean;
  readonly offset: number;
}

/** A NumPy array whose elements stand raw in the file (joblib's wrapper, `.npy`, skops' members). */
export interface ArrayValue {
  readonly kind: "array";
  /** As in an `.npy` header's `descr`, for example `<f8`; a structured type as its canonical text. */
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly fortran: boolean;
  /** The elements, exactly `product(shape) * itemsize` bytes. Absent for object arrays, which hold `objects`. */
  readonly data?: ByteSource;
  /** For records: their fields, of which `dtype` tells only the size. */
  readonly fields?: readonly ArrayField[];
  /** For dtype `|O`: the elements in C order. */
  readonly objects?: Value;
  readonly offset: number;
}

/** One plain field of a record: its dtype as text, its place in bytes from the record's start. */
export interface ArrayField {
  readonly name: string;
  readonly dtype: string;
  readonly offset: number;
}

/** Something done to a value that is not the fresh result of a call: BUILD, APPEND or SETITEM on a global, for example. */
export interface Effect {
  readonly op: "BUILD" | "APPEND" | "SETITEM" | "ADDITEM";
  readonly target: Value;
  readonly operands: readonly Value[];
  readonly offset: number;
}

/** The reading of one serialised object. */
export interface Graph {
  readonly root: Value;
  /** Every call in order of execution, also those whose result is thrown away. */
  readonly calls: readonly CallValue[];
  /** Every import in order, also those never called: importing alone runs a module. */
  readonly globals: readonly GlobalValue[];
  readonly effects: readonly Effect[];
  readonly persistent: readonly PersistentValue[];
}
