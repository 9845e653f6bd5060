import { FormatError } from "../context.ts";
import { parseJson } from "../json/parse.ts";
import type { ListValue, TupleValue, Value } from "../value.ts";
import { jsonValue, list, type NodeFunction, type SkopsBuilder, str, tuple } from "./build.ts";
import { arrayField, field, malformed, type NodeState, objectField, textField } from "./state.ts";

/** Nodes of `skops/io/_general.py` (and `old/_general_v0.py`). */
export const GENERAL_NODES: readonly (readonly [string, NodeFunction])[] = [
  ["JsonNode", json],
  ["DictNode", dict],
  ["DefaultDictNode", defaultDict],
  ["_DictWithDeprecatedKeysNode", dictWithDeprecatedKeys],
  ["ListNode", listNode],
  ["TupleNode", tupleNode],
  ["SetNode", set],
  ["TypeNode", (state, builder) => builder.ownType(state)],
  ["FunctionNode", functionNode],
  ["PartialNode", partial],
  ["SliceNode", slice],
  ["MethodNode", method],
  ["OperatorFuncNode", operatorFunction],
  ["ConstructorFromReduceNode", constructorFromReduce],
  ["ObjectNode", object],
  ["BytesNode", (state, builder) => bytes(state, builder, false)],
  ["BytearrayNode", (state, builder) => bytes(state, builder, true)],
  ["CachedNode", cached],
];

/** The builder resolves these itself, since only it knows its memo. */
function cached(state: NodeState): Value {
  throw malformed("a cached node refers to nothing", state.offset);
}

function json(state: NodeState): Value {
  return jsonValue(parseContent(textField(state, "content"), state.offset), state.offset);
}

function parseContent(text: string, offset: number): ReturnType<typeof parseJson> {
  try {
    return parseJson(text);
  } catch (error) {
    if (error instanceof FormatError) throw new FormatError(error.code, error.message, offset, error);
    throw error;
  }
}

/** Items of a node whose `content` is an array of nodes. */
function contentItems(state: NodeState, builder: SkopsBuilder): Value[] {
  return arrayField(state, "content").map((item) => builder.build(item, state.offset));
}

function dict(state: NodeState, builder: SkopsBuilder): Value {
  const types = asList(builder.build(field(state, "key_types"), state.offset), state);
  const content = [...objectField(state, "content")];
  // skops zips both: what is longer is cut off in silence.
  if (types.items.length !== content.length) {
    throw new FormatError("ambiguous", "skops schema: a dict has other keys than key types", state.offset);
  }
  const entries = content.map(([key, value], i): [Value, Value] => {
    const type = types.items[i] ?? { kind: "none" };
    return [dictKey(type, key, state, builder), builder.build(value, state.offset)];
  });
  if (builder.isOwnType(state, "builtins", "dict")) return { kind: "dict", entries, offset: state.offset };
  return builder.call(builder.ownType(state), [], state.offset, { entries });
}

function asList(value: Value, state: NodeState): ListValue {
  if (value.kind !== "list") throw malformed("key types are no list", state.offset);
  return value;
}

/** JSON knows only text as a key; skops calls the key's type with that text. */
function dictKey(type: Value, key: string, state: NodeState, builder: SkopsBuilder): Value {
  if (type.kind !== "global") throw malformed("a key type is no type", state.offset);
  if (type.module === "builtins") {
    if (type.name === "str") return str(key, state.offset);
    if (type.name === "bool") return { kind: "bool", value: key !== "" };
    if (type.name === "int" && /^-?[0-9]{1,4300}$/.test(key)) return integer(key);
    if (type.name === "float" && Number.isFinite(Number(key)) && key.trim() !== "") {
      return { kind: "float", value: Number(key) };
    }
  }
  return builder.call(type, [str(key, state.offset)], state.offset);
}

function integer(text: string): Value {
  const value = Number(text);
  return { kind: "int", value: Number.isSafeInteger(value) ? value : BigInt(text) };
}

function defaultDict(state: NodeState, builder: SkopsBuilder): Value {
  const content = { fields: objectField(state, "content"), offset: state.offset };
  const main = builder.build(field(content, "main"), state.offset);
  const factory = builder.build(field(content, "default_factory"), state.offset);
  if (main.kind !== "dict") throw malformed("a defaultdict holds no dict", state.offset);
  // The shape that pickle gives the same object: defaultdict(factory), then its items.
  const type = builder.global("collections", "defaultdict", state.offset);
  return builder.call(type, [factory], state.offset, { entries: main.entries });
}

function dictWithDeprecatedKeys(state: NodeState, builder: SkopsBuilder): Value {
  const content = { fields: objectField(state, "content"), offset: state.offset };
  const main = builder.build(field(content, "main"), state.offset);
  const renamed = builder.build(field(content, "_deprecated_key_to_new_key"), state.offset);
  if (main.kind !== "dict") throw malformed("a dict with deprecated keys holds no dict", state.offset);
  const type = builder.global("sklearn.covariance._graph_lasso", "_DictWithDeprecatedKeys", state.offset);
  const attributes: [Value, Value][] = [[str("_deprecated_key_to_new_key", state.offset), renamed]];
  return builder.call(type, [], state.offset, {
    entries: main.entries,
    states: [{ kind: "dict", entries: attributes, offset: state.offset }],
  });
}

function listNode(state: NodeState, builder: SkopsBuilder): Value {
  const items = list(contentItems(state, builder), state.offset);
  if (builder.isOwnType(state, "builtins", "list")) return items;
  return builder.call(builder.ownType(state), [items], state.offset);
}

function tupleNode(state: NodeState, builder: SkopsBuilder): Value {
  const items = tuple(contentItems(state, builder), state.offset);
  if (builder.isOwnType(state, "builtins", "tuple")) return items;
  return builder.callWith(builder.ownType(state), items, state.offset);
}

function set(state: NodeState, builder: SkopsBuilder): Value {
  const items = contentItems(state, builder);
  const frozen = builder.isOwnType(state, "builtins", "frozenset");
  if (frozen || builder.isOwnType(state, "builtins", "set")) {
    return { kind: "set", frozen, items, offset: state.offset };
  }
  return builder.call(builder.ownType(state), [list(items, state.offset)], state.offset);
}

function functionNode(state: NodeState, builder: SkopsBuilder): Value {
  const content = state.fields.get("content");
  if (content === undefined) return builder.ownType(state);
  // Protocol 0 kept the function's name in the content; what newer versions would import is imported too.
  builder.ownType(state);
  const old = { fields: objectField(state, "content"), offset: state.offset };
  return builder.global(textField(old, "module_path"), textField(old, "function"), state.offset);
}

function partial(state: NodeState, builder: SkopsBuilder): Value {
  const content = { fields: objectField(state, "content"), offset: state.offset };
  const [callee, args, kwds, namespace] = ["func", "args", "kwds", "namespace"].map((key) =>
    builder.build(field(content, key), state.offset),
  );
  if (callee === undefined || args === undefined || kwds === undefined || namespace === undefined) {
    throw malformed("a partial lacks a part", state.offset);
  }
  // The shape that pickle gives the same object.
  return builder.call(builder.ownType(state), [callee], state.offset, {
    states: [tuple([callee, args, kwds, namespace], state.offset)],
  });
}

function slice(state: NodeState, builder: SkopsBuilder): Value {
  const content = { fields: objectField(state, "content"), offset: state.offset };
  const bounds = ["start", "stop", "step"].map((key) => {
    const bound = field(content, key);
    if (bound !== null && typeof bound === "object") throw malformed("a slice with odd bounds", state.offset);
    return jsonValue(bound, state.offset);
  });
  return builder.call(builder.global("builtins", "slice", state.offset), bounds, state.offset);
}

function method(state: NodeState, builder: SkopsBuilder): Value {
  const content = { fields: objectField(state, "content"), offset: state.offset };
  const owner = builder.build(field(content, "obj"), state.offset);
  const name = str(textField(content, "func"), state.offset);
  return builder.call(builder.global("builtins", "getattr", state.offset), [owner, name], state.offset);
}

function operatorFunction(state: NodeState, builder: SkopsBuilder): Value {
  if (textField(state, "__module__") !== "operator")
    throw malformed("an operator of another module", state.offset);
  const args = builder.build(field(state, "attrs"), state.offset);
  return builder.callWith(builder.ownType(state), args, state.offset);
}

function constructorFromReduce(state: NodeState, builder: SkopsBuilder): Value {
  const args = builder.build(field(state, "content"), state.offset);
  return builder.callWith(builder.ownType(state), arguments_(args, state), state.offset);
}

/** `*content` takes any iterable; honest files hold a tuple. */
export function arguments_(args: Value, state: NodeState): TupleValue {
  if (args.kind === "tuple") return args;
  if (args.kind === "list") return tuple(args.items, state.offset);
  throw malformed("arguments are no tuple", state.offset);
}

function object(state: NodeState, builder: SkopsBuilder): Value {
  const content = state.fields.get("content");
  const none: Value = { kind: "none" };
  const attributes = content === undefined || content === null ? none : builder.build(content, state.offset);
  const states = attributes.kind === "none" ? [] : [attributes];
  return builder.call(builder.ownType(state), [], state.offset, { states });
}

function bytes(state: NodeState, builder: SkopsBuilder, mutable: boolean): Value {
  const content = builder.options.member(textField(state, "file"), state.offset);
  return { kind: "bytes", mutable, source: content.source, offset: state.offset };
}
