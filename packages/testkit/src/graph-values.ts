import { bufferSource } from "@modelkeep/bytes";
import type { CallValue, CallVia, GlobalValue, Value } from "@modelkeep/formats";

/** Builders of object graphs by hand, for tests of whatever judges or reads them. Offsets are 0 unless given. */
export const none: Value = { kind: "none" };
export const bool = (value: boolean): Value => ({ kind: "bool", value });
export const int = (value: number | bigint): Value => ({ kind: "int", value });
export const float = (value: number): Value => ({ kind: "float", value });
export const str = (value: string): Value => ({ kind: "str", value, offset: 0 });
export const bytes = (value: Uint8Array | string): Value => ({
  kind: "bytes",
  mutable: false,
  source: bufferSource(typeof value === "string" ? Buffer.from(value, "latin1") : value),
  offset: 0,
});
export const list = (...items: Value[]): Value => ({ kind: "list", items, offset: 0 });
export const tuple = (...items: Value[]): Value => ({ kind: "tuple", items, offset: 0 });
export const dict = (entries: Record<string, Value>): Value => ({
  kind: "dict",
  entries: Object.entries(entries).map(([key, value]): [Value, Value] => [str(key), value]),
  offset: 0,
});

/** The global `module.name`, written with dots; the last part is the name. */
export function global(qualified: string): GlobalValue {
  const at = qualified.lastIndexOf(".");
  return { kind: "global", module: qualified.slice(0, at), name: qualified.slice(at + 1), offset: 0 };
}

/** What may come with a call besides its arguments. */
export interface CallOptions {
  readonly via?: CallVia;
  readonly states?: Value[];
  readonly appended?: Value[];
  readonly entries?: [Value, Value][];
  readonly kwargs?: Value;
}

/** `callee(*args)` with `callee` written as for {@link global}. */
export function call(callee: string, args: Value[], options: CallOptions = {}): CallValue {
  const { via = "REDUCE", states = [], appended = [], entries = [], kwargs } = options;
  const more = kwargs === undefined ? {} : { kwargs };
  return {
    kind: "call",
    via,
    callee: global(callee),
    args: tuple(...args),
    states,
    appended,
    entries,
    offset: 0,
    ...more,
  };
}

/** A plain object: `NEWOBJ` without arguments and one dict of attributes. */
export function object(cls: string, attributes: Record<string, Value>): CallValue {
  return call(cls, [], { via: "NEWOBJ", states: [dict(attributes)] });
}

/** `numpy.dtype(name, False, True)` with the state that NumPy writes. */
export function dtype(name: string, { flags = 0, order = "<", itemSize = -1 } = {}): CallValue {
  const state = tuple(int(3), str(order), none, none, none, int(itemSize), int(-1), int(flags));
  return call("numpy.dtype", [str(name), bool(false), bool(true)], { states: [state] });
}

/** A pickled array of little-endian numbers. */
export function array(
  type: Value,
  shape: number[],
  data: Uint8Array | Value[],
  options: { cls?: string; version?: number } = {},
): CallValue {
  const { cls = "numpy.ndarray", version = 1 } = options;
  const body = Array.isArray(data) ? list(...data) : bytes(data);
  const state = tuple(int(version), tuple(...shape.map((length) => int(length))), type, bool(false), body);
  return call("numpy._core.multiarray._reconstruct", [global(cls), tuple(int(0)), bytes("b")], {
    states: [state],
  });
}

export const float64s = (shape: number[], ...values: number[]): CallValue =>
  array(dtype("f8"), shape, new Uint8Array(new Float64Array(values).buffer));
export const int64s = (...values: number[]): CallValue =>
  array(
    dtype("i8"),
    [values.length],
    new Uint8Array(new BigInt64Array(values.map((value) => BigInt(value))).buffer),
  );
export const int32s = (...values: number[]): CallValue =>
  array(dtype("i4"), [values.length], new Uint8Array(new Int32Array(values).buffer));
