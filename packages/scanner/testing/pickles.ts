/** Small hostile pickles, written by hand. Their payloads are only ever read by a scanner, never loaded. */

const ENCODER = new TextEncoder();

function ascii(text: string): Uint8Array {
  return ENCODER.encode(text);
}

function join(...parts: (Uint8Array | string | readonly number[])[]): Uint8Array {
  return Buffer.concat(parts.map((part) => (typeof part === "string" ? ascii(part) : Uint8Array.from(part))));
}

function shortText(text: string): Uint8Array {
  const bytes = ascii(text);
  return join([0x8c, bytes.length], bytes);
}

/** `module.name('marker')` by GLOBAL and REDUCE (protocol 0). */
export function byGlobal(module: string, name: string): Uint8Array {
  return join(`c${module}\n${name}\n(S'marker'\ntR.`);
}

/** The same by STACK_GLOBAL (protocol 4), where `name` may be dotted. */
export function byStackGlobal(module: string, name: string): Uint8Array {
  return join([0x80, 4], shortText(module), shortText(name), [0x93], shortText("marker"), [0x85, 0x52, 0x2e]);
}

/** By INST. */
export function byInst(module: string, name: string): Uint8Array {
  return join(`(S'marker'\ni${module}\n${name}\n.`);
}

/** By OBJ. */
export function byObj(module: string, name: string): Uint8Array {
  return join(`(c${module}\n${name}\nS'marker'\no.`);
}

/** By NEWOBJ: `cls.__new__(cls, 'marker')`. */
export function byNewobj(module: string, name: string): Uint8Array {
  return join([0x80, 2], `c${module}\n${name}\n`, "S'marker'\n", [0x85, 0x81, 0x2e]);
}

/** By NEWOBJ_EX, with keyword arguments. */
export function byNewobjEx(module: string, name: string): Uint8Array {
  return join([0x80, 4], shortText(module), shortText(name), [0x93, 0x29, 0x7d, 0x92, 0x2e]);
}

/** Imported only; the object is then dropped and a harmless one returned. */
export function importedAndDropped(module: string, name: string): Uint8Array {
  return join(`c${module}\n${name}\n0I1\n.`);
}

/** Called, the result dropped, and then the file breaks: a pickle runs as it is read. */
export function thenBroken(module: string, name: string): Uint8Array {
  return join(`c${module}\n${name}\n(S'marker'\ntR0`, [0xff, 0xff]);
}

/** The same without any end at all. */
export function thenCut(module: string, name: string): Uint8Array {
  return join(`c${module}\n${name}\n(S'marker'\ntR`);
}

/** A harmless pickle, then this one: programs that load twice run it. */
export function second(module: string, name: string): Uint8Array {
  return join([0x80, 4, 0x4e, 0x2e], byGlobal(module, name));
}

/** `getattr(import('os'), 'system')('marker')`, without naming `os.system`. */
export function byGetattr(): Uint8Array {
  return join("cbuiltins\ngetattr\n(cbuiltins\n__import__\n(S'os'\ntRS'system'\ntR(S'marker'\ntR.");
}

/** `pickle.loads(b'…')` around another pickle. */
export function nested(inner: Uint8Array): Uint8Array {
  return join(
    [0x80, 4],
    shortText("_pickle"),
    shortText("loads"),
    [0x93],
    [0x43, inner.length],
    inner,
    [0x85, 0x52, 0x2e],
  );
}

/** An extension code: what it names depends on the process that loads it. */
export function byExtension(): Uint8Array {
  return join([0x80, 2, 0x82, 0xf0], "(S'marker'\ntR.");
}

/** Adds a key to `sys.modules`, imported as a global. */
export function patchedModules(): Uint8Array {
  return join("csys\nmodules\nS'json'\nNs.");
}

/** Sets attributes of an imported class by BUILD. */
export function patchedClass(module: string, name: string): Uint8Array {
  return join([0x80, 2], `c${module}\n${name}\n`, "}S'predict'\ncbuiltins\nprint\nsb.");
}
