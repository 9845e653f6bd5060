/** Assembles pickles of protocol 4 from nested parts, for hostile files that no pickler would write. */
export type Part = Uint8Array;

const join = (...parts: readonly (Uint8Array | readonly number[])[]): Part =>
  Buffer.concat(parts.map((part) => Uint8Array.from(part)));

export const raw = (...opcodes: readonly number[]): Part => Uint8Array.from(opcodes);
export const NONE = raw(0x4e);
export const FALSE = raw(0x89);
export const TRUE = raw(0x88);

export function text(value: string): Part {
  const content = Buffer.from(value, "utf8");
  const length = Buffer.alloc(4);
  length.writeUInt32LE(content.length);
  return join([0x58], length, content);
}

export function bytes(content: Uint8Array | string): Part {
  const encoded = typeof content === "string" ? Buffer.from(content, "latin1") : content;
  const length = Buffer.alloc(4);
  length.writeUInt32LE(encoded.length);
  return join([0x42], length, encoded);
}

export function int(value: number): Part {
  return join(raw(0x49), Buffer.from(`${value}\n`, "latin1"));
}

export function float(value: number): Part {
  const content = Buffer.alloc(8);
  content.writeDoubleBE(value);
  return join([0x47], content);
}

export const tuple = (...items: readonly Part[]): Part => join([0x28], ...items, [0x74]);
export const list = (...items: readonly Part[]): Part => join([0x28], ...items, [0x6c]);

export function dict(entries: Readonly<Record<string, Part>>): Part {
  return join([0x28], ...Object.entries(entries).flatMap(([key, value]) => [text(key), value]), [0x64]);
}

/** The global `module.name`; the last dot parts them. */
export function global(qualified: string): Part {
  const at = qualified.lastIndexOf(".");
  return join(text(qualified.slice(0, at)), text(qualified.slice(at + 1)), [0x93]);
}

/** `callee(*args)` by REDUCE, then a BUILD with `state`. */
export function reduce(callee: string, args: readonly Part[], state?: Part): Part {
  return join(global(callee), tuple(...args), [0x52], state === undefined ? [] : join(state, [0x62]));
}

/** `cls.__new__(cls)` by NEWOBJ, then a BUILD with `attributes`. */
export function object(cls: string, attributes: Readonly<Record<string, Part>>): Part {
  return join(global(cls), [0x29, 0x81], dict(attributes), [0x62]);
}

/** `functools.partial(callee, *args, **keywords)`. */
export function partial(
  callee: string,
  args: readonly Part[],
  keywords: Readonly<Record<string, Part>> = {},
): Part {
  return reduce(
    "functools.partial",
    [global(callee)],
    tuple(global(callee), tuple(...args), dict(keywords), NONE),
  );
}

/** `numpy.dtype(name, False, True)` with NumPy's state. */
export function dtype(
  name: string,
  {
    flags = 0,
    size = -1,
    subarray = NONE,
    names = NONE,
    fields = NONE,
    order = "<",
  }: {
    flags?: number;
    size?: number;
    subarray?: Part;
    names?: Part;
    fields?: Part;
    order?: string;
  } = {},
): Part {
  const state = tuple(int(3), text(order), subarray, names, fields, int(size), int(size), int(flags));
  return reduce("numpy.dtype", [text(name), FALSE, TRUE], state);
}

export function array(type: Part, shape: readonly number[], content: Part): Part {
  const state = tuple(int(1), tuple(...shape.map((length) => int(length))), type, FALSE, content);
  const args = [global("numpy.ndarray"), tuple(int(0)), bytes("b")];
  return reduce("numpy._core.multiarray._reconstruct", args, state);
}

/** The whole file. */
export const file = (...parts: readonly Part[]): Uint8Array => join([0x80, 4], ...parts, [0x2e]);
