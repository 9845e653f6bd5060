import type { ByteSource } from "@modelkeep/bytes";
import type { ReadContext } from "../context.ts";
import { type Json, JsonFloat, type JsonObject } from "../json/parse.ts";
import type {
  CallValue,
  DictValue,
  GlobalValue,
  Graph,
  ListValue,
  StrValue,
  TupleValue,
  Value,
} from "../value.ts";
import { malformed, type NodeState, textField } from "./state.ts";

/** A member that a node refers to. */
export interface MemberContent {
  readonly source: ByteSource;
  readonly ctx: ReadContext;
}

/** Builds one kind of node. */
export type NodeFunction = (state: NodeState, builder: SkopsBuilder) => Value;

/** What a schema's nodes are built with. */
export interface BuildOptions {
  /** The functions of `nodes-*.ts` by loader name; passed in, since they call back. */
  readonly nodes: ReadonlyMap<string, NodeFunction>;
  readonly ctx: ReadContext;
  readonly protocol: number;
  readonly offsetOf: (container: Json) => number;
  /** Opens the member that a node names. @throws {FormatError|BytesError} */
  readonly member: (name: string, offset: number) => MemberContent;
}

/** Marks an id whose node is still being built: skops would recurse for ever on a reference to it. */
const UNFINISHED = Symbol("unfinished");

/**
 * Turns schema nodes into values in the order in which skops' own `get_tree` visits them, so that its memo by
 * `__id__` is mirrored. A node whose id was seen before is built all the same and thrown away: what it would call
 * is in the graph even if some version of skops built it instead of the first.
 */
export class SkopsBuilder {
  readonly options: BuildOptions;
  readonly #memo = new Map<Json, Value | typeof UNFINISHED>();
  readonly #calls: CallValue[] = [];
  readonly #globals: GlobalValue[] = [];

  constructor(options: BuildOptions) {
    this.options = options;
  }

  graph(root: Value): Graph {
    return { root, calls: this.#calls, globals: this.#globals, effects: [], persistent: [] };
  }

  /** @throws {FormatError} */
  build(json: Json | undefined, parent: number): Value {
    if (!(json instanceof Map)) throw malformed("a node is no object", parent);
    const state: NodeState = { fields: json, offset: this.options.offsetOf(json) };
    this.options.ctx.budget.steps(1, state.offset);
    const loader = textField(state, "__loader__");
    const node = this.options.nodes.get(loader);
    if (node === undefined) throw malformed(`unknown loader ${JSON.stringify(loader)}`, state.offset);
    if (loader === "CachedNode") return this.#cached(json, state.offset);
    return this.#memoized(json, state, () => node(state, this));
  }

  #memoized(json: JsonObject, state: NodeState, make: () => Value): Value {
    const id = json.get("__id__");
    if (id === undefined || id === null || id === 0 || id === "") return make();
    const first = this.#memo.get(id);
    if (first === UNFINISHED) throw malformed("a node contains itself", state.offset);
    if (first !== undefined) {
      make();
      return first;
    }
    this.#memo.set(id, UNFINISHED);
    const value = make();
    this.#memo.set(id, value);
    return value;
  }

  #cached(json: JsonObject, offset: number): Value {
    const value = this.#memo.get(json.get("__id__") ?? null);
    if (value === undefined || value === UNFINISHED)
      throw malformed("a cached node refers to nothing", offset);
    return value;
  }

  /** `module.name`, which loading imports. */
  global(module: string, name: string, offset: number): GlobalValue {
    if (module === "" || name === "") throw malformed("an object without a type", offset);
    const value: GlobalValue = { kind: "global", module, name, offset };
    this.#globals.push(value);
    return value;
  }

  /** The type that the node itself names. */
  ownType(state: NodeState): GlobalValue {
    return this.global(textField(state, "__module__"), textField(state, "__class__"), state.offset);
  }

  isOwnType(state: NodeState, module: string, name: string): boolean {
    return state.fields.get("__module__") === module && state.fields.get("__class__") === name;
  }

  call(
    callee: Value,
    args: readonly Value[],
    offset: number,
    more: { states?: readonly Value[]; entries?: readonly [Value, Value][]; kwargs?: DictValue } = {},
  ): CallValue {
    return this.callWith(callee, { kind: "tuple", items: args, offset }, offset, more);
  }

  /** As `call`, with arguments that are one value: `callee(*args)`. */
  callWith(
    callee: Value,
    args: Value,
    offset: number,
    more: { states?: readonly Value[]; entries?: readonly [Value, Value][]; kwargs?: DictValue } = {},
  ): CallValue {
    const value: CallValue = {
      kind: "call",
      via: "SKOPS",
      callee,
      args,
      states: [...(more.states ?? [])],
      appended: [],
      entries: [...(more.entries ?? [])],
      offset,
      ...(more.kwargs === undefined ? {} : { kwargs: more.kwargs }),
    };
    this.#calls.push(value);
    return value;
  }
}

export function str(value: string, offset: number): StrValue {
  return { kind: "str", value, offset };
}

export function tuple(items: readonly Value[], offset: number): TupleValue {
  return { kind: "tuple", items, offset };
}

export function list(items: Value[], offset: number): ListValue {
  return { kind: "list", items, offset };
}

/** JSON as Python's `json.loads` gives it. */
export function jsonValue(json: Json, offset: number): Value {
  if (json === null) return { kind: "none" };
  if (typeof json === "boolean") return { kind: "bool", value: json };
  if (typeof json === "bigint") return { kind: "int", value: json };
  if (typeof json === "number") return { kind: "int", value: json };
  if (json instanceof JsonFloat) return { kind: "float", value: json.value };
  if (typeof json === "string") return str(json, offset);
  if (Array.isArray(json)) {
    return list(
      json.map((item) => jsonValue(item, offset)),
      offset,
    );
  }
  const entries = [...json].map(([key, value]): [Value, Value] => [
    str(key, offset),
    jsonValue(value, offset),
  ]);
  return { kind: "dict", entries, offset };
}
