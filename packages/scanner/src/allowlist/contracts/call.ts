import type { CallValue, DictValue, Value } from "@modelkeep/formats";
import type { ContractBreach } from "../entry.ts";

/** Judges one call: `undefined` when it is inside the contract, else why it is not. */
export type Contract = (call: CallValue) => ContractBreach | undefined;

/** @param reason completes "module.name: …" */
export function breach(call: CallValue, reason: string): ContractBreach {
  return { reason, at: call.offset };
}

/** Positional arguments; `undefined` when they do not come as a plain tuple or keyword arguments come too. */
export function positional(call: CallValue): readonly Value[] | undefined {
  if (call.args.kind !== "tuple") return undefined;
  const keywords =
    call.kwargs === undefined ? 0 : call.kwargs.kind === "dict" ? call.kwargs.entries.length : 1;
  return keywords === 0 ? call.args.items : undefined;
}

/** What was done to a result after its construction. */
export type Change = "states" | "appended" | "entries";

/** The breach when the result was changed in a way that is not among `allowed`, or given more than one state. */
export function changedBeyond(call: CallValue, ...allowed: readonly Change[]): ContractBreach | undefined {
  if (call.states.length > 1) return breach(call, "gets more than one state");
  if (call.states.length > 0 && !allowed.includes("states")) return breach(call, "gets a state");
  if (call.appended.length > 0 && !allowed.includes("appended")) return breach(call, "is appended to");
  if (call.entries.length > 0 && !allowed.includes("entries")) return breach(call, "gets items set");
  return undefined;
}

/** The global that constructed a value, whichever way: `copyreg._reconstructor(cls, …)` counts as `cls(…)`. */
export function constructedBy(value: Value | undefined): string | undefined {
  if (value?.kind !== "call" || value.callee.kind !== "global") return undefined;
  const name = `${value.callee.module}.${value.callee.name}`;
  if (name !== "copyreg._reconstructor" && name !== "copyreg.__newobj__") return name;
  const cls = value.args.kind === "tuple" ? value.args.items[0] : undefined;
  return qualified(cls);
}

/** `module.name` of a global. */
export function qualified(value: Value | undefined): string | undefined {
  return value?.kind === "global" ? `${value.module}.${value.name}` : undefined;
}

export function isCount(value: Value | undefined, most = Number.MAX_SAFE_INTEGER): boolean {
  return value?.kind === "int" && typeof value.value === "number" && value.value >= 0 && value.value <= most;
}

/** A non-negative safe integer, also when it comes as a bool or a NumPy integer was made plain by the writer. */
export function countOf(value: Value | undefined): number | undefined {
  if (value?.kind !== "int" || typeof value.value !== "number" || value.value < 0) return undefined;
  return value.value;
}

/** A tuple of counts, as an array's shape. */
export function shapeOf(value: Value | undefined): number[] | undefined {
  if (value?.kind !== "tuple" || value.items.length > 64) return undefined;
  const counts = value.items.map(countOf);
  return counts.every((count) => count !== undefined) ? counts : undefined;
}

/** The values of a dict by text key, the last one of each key; `undefined` when a key is no text. */
export function textEntries(value: Value | undefined): Map<string, Value> | undefined {
  if (value?.kind !== "dict") return undefined;
  return entriesOf(value);
}

function entriesOf(dict: DictValue): Map<string, Value> | undefined {
  const found = new Map<string, Value>();
  for (const [key, item] of dict.entries) {
    if (key.kind !== "str") return undefined;
    found.set(key.value, item);
  }
  return found;
}

/**
 * Bytes, in the ways in which pickles write them: as such, or (protocols 0 to 2) as `_codecs.encode(text, "latin1")`,
 * or wrapped once in `bytes(…)` or `bytearray(…)`.
 * @returns how many bytes there are
 */
export function byteLength(value: Value | undefined): number | undefined {
  const name = constructedBy(value);
  if (value?.kind !== "call" || (name !== "builtins.bytes" && name !== "builtins.bytearray"))
    return rawLength(value);
  const [first] = positional(value) ?? [];
  return first === undefined ? 0 : rawLength(first);
}

function rawLength(value: Value | undefined): number | undefined {
  if (value?.kind === "bytes") return value.source.size;
  if (value?.kind !== "call" || constructedBy(value) !== "_codecs.encode") return undefined;
  const [text] = positional(value) ?? [];
  // Text that latin1 can encode has no character beyond U+00FF, so each UTF-16 unit is one byte.
  return text?.kind === "str" ? text.value.length : undefined;
}

/** The first bytes, as Latin-1 text; `undefined` when the value is no bytes. */
export function startOfBytes(value: Value | undefined, most = 16): string | undefined {
  const name = constructedBy(value);
  const wrapped = value?.kind === "call" && (name === "builtins.bytes" || name === "builtins.bytearray");
  const raw = wrapped ? positional(value)?.[0] : value;
  if (raw?.kind === "bytes") {
    return Buffer.from(raw.source.view(0, Math.min(most, raw.source.size))).toString("latin1");
  }
  if (raw?.kind !== "call" || constructedBy(raw) !== "_codecs.encode") return undefined;
  const [text] = positional(raw) ?? [];
  return text?.kind === "str" ? text.value.slice(0, most) : undefined;
}
