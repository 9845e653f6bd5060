import type { Value } from "@modelkeep/formats";
import { breach, byteLength, changedBeyond, type Contract, isCount, positional, qualified } from "./call.ts";

/** `_codecs.encode(text, "latin1")`: how protocols 0 to 2 write bytes. Other codecs run code of their own. */
export const latin1: Contract = (call) => {
  const [text, codec, ...rest] = positional(call) ?? [];
  const good = text?.kind === "str" && codec?.kind === "str" && ["latin1", "latin-1"].includes(codec.value);
  return good && rest.length === 0 ? changedBeyond(call) : breach(call, 'takes a text and "latin1" only');
};

/** Takes what data cannot misuse: nothing, or one piece of plain data. */
export const fromOneValue: Contract = (call) => {
  const items = positional(call);
  const good = items !== undefined && items.length <= 1 && isPlain(items[0]);
  return good ? changedBeyond(call, "states") : breach(call, "takes at most one piece of plain data");
};

/** `bytes()` or `bytes(b"…")`; a number would allocate that many bytes. */
export const fromBytes: Contract = (call) => {
  const items = positional(call);
  const good = items?.length === 0 || (items?.length === 1 && byteLength(items[0]) !== undefined);
  return good ? changedBeyond(call) : breach(call, "takes bytes only");
};

function isPlain(value: Value | undefined): boolean {
  return value === undefined || value.kind !== "global";
}

/** Takes plain numbers and texts only: the constructor parses or stores them. */
export const fromScalars: Contract = (call) => {
  const items = positional(call);
  const good = items?.every(
    (item) => SCALARS.has(item.kind) || byteLength(item) !== undefined || item.kind === "call",
  );
  return good === true ? changedBeyond(call) : breach(call, "takes numbers and texts only");
};
const SCALARS: ReadonlySet<Value["kind"]> = new Set(["none", "bool", "int", "float", "str", "bytes"]);

/** `slice(start, stop, step)` of anything comparable, `range(…)` of ints. */
export const threeBounds: Contract = (call) => {
  const items = positional(call);
  const good = items !== undefined && items.length <= 3 && items.every((item) => item.kind !== "global");
  return good ? changedBeyond(call) : breach(call, "takes up to three bounds");
};

/** `type(None)` and kin: how pickles name the types of the built-in constants. Three arguments would make a class. */
export const typeOf: Contract = (call) => {
  const items = positional(call);
  const [value] = items ?? [];
  const constants = ["builtins.Ellipsis", "builtins.NotImplemented"];
  const good = items?.length === 1 && (value?.kind === "none" || constants.includes(qualified(value) ?? ""));
  return good ? changedBeyond(call) : breach(call, "names the type of None, Ellipsis or NotImplemented only");
};

/** A mapping: empty or from plain data, its items set afterwards. */
export const mapping: Contract = (call) => {
  const items = positional(call);
  const good = items !== undefined && items.length <= 1 && items.every((item) => CONTAINERS.has(item.kind));
  return good ? changedBeyond(call, "states", "entries") : breach(call, "takes at most one container");
};
const CONTAINERS: ReadonlySet<Value["kind"]> = new Set(["dict", "list", "tuple", "set"]);

/** Types that `defaultdict` may call for a missing key, since they make an empty value. */
const FACTORIES: ReadonlySet<string> = new Set(
  ["int", "float", "list", "dict", "set", "str", "tuple", "bool", "bytes", "frozenset", "complex"]
    .map((name) => `builtins.${name}`)
    .concat(["collections.OrderedDict", "collections.Counter"]),
);

/** `defaultdict(factory)`: the factory is called at the first missing key. */
export const defaultDict: Contract = (call) => {
  const items = positional(call);
  const [factory] = items ?? [];
  const plain = factory === undefined || factory.kind === "none" || FACTORIES.has(qualified(factory) ?? "");
  if (!plain || items === undefined || items.length > 1)
    return breach(call, "takes an empty type as its factory only");
  return changedBeyond(call, "entries");
};

/** `deque(items[, length])`, its items appended afterwards. */
export const deque: Contract = (call) => {
  const [items, length, ...rest] = positional(call) ?? [];
  const plain = items === undefined || CONTAINERS.has(items.kind);
  const bounded = length === undefined || length.kind === "none" || isCount(length);
  if (!plain || !bounded || rest.length > 0) return breach(call, "takes items and a length");
  return changedBeyond(call, "appended");
};

/**
 * `functools.partial(f)` and its state `(f, args, keywords, attributes)`. What it calls later is `f`, which must
 * be named by a reference and so is on the allowlist as harmless with any arguments.
 */
export const partial: Contract = (call) => {
  const [callee, ...rest] = positional(call) ?? [];
  const changed = changedBeyond(call, "states");
  if (changed !== undefined) return changed;
  if (callee?.kind !== "global" || rest.length > 0) return breach(call, "takes one named function");
  const [state] = call.states;
  if (state === undefined) return undefined;
  const [inner, args, keywords, attributes, ...more] = state.kind === "tuple" ? state.items : [];
  if (qualified(inner) !== qualified(callee) || more.length > 0)
    return breach(call, "gets another function as its state");
  const plain =
    args?.kind === "tuple" &&
    (keywords === undefined || keywords.kind === "dict" || keywords.kind === "none");
  const bare =
    attributes === undefined ||
    attributes.kind === "none" ||
    (attributes.kind === "dict" && attributes.entries.length === 0);
  return plain && bare ? undefined : breach(call, "gets a state that is none of a partial");
};
