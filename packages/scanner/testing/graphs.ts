import { bufferSource } from "@modelkeep/bytes";
import type {
  Analysis,
  CallValue,
  Effect,
  GlobalValue,
  Graph,
  GraphSyntax,
  PersistentValue,
  Value,
} from "@modelkeep/formats";

/** Graphs built by hand, for tests of rules. */
export function global(module: string, name: string, offset = 0): GlobalValue {
  return { kind: "global", module, name, offset };
}

export function str(value: string): Value {
  return { kind: "str", value, offset: 0 };
}

export function int(value: number): Value {
  return { kind: "int", value };
}

export function bytes(text: string): Value {
  return { kind: "bytes", mutable: false, source: bufferSource(Buffer.from(text, "latin1")), offset: 0 };
}

export function tuple(...items: Value[]): Value {
  return { kind: "tuple", items, offset: 0 };
}

export function list(...items: Value[]): Value {
  return { kind: "list", items, offset: 0 };
}

export function call(callee: Value, args: Value = tuple(), more: Partial<CallValue> = {}): CallValue {
  return {
    kind: "call",
    via: "REDUCE",
    callee,
    args,
    states: [],
    appended: [],
    entries: [],
    offset: 7,
    ...more,
  };
}

export function persistent(id: Value): PersistentValue {
  return { kind: "persistent", id, offset: 3 };
}

/** An analysis of one graph; calls, globals and persistent ids are collected from the values given. */
export function analysisOf(
  root: Value,
  {
    effects = [],
    syntax = "pickle",
    thrownAway = [],
  }: { effects?: Effect[]; syntax?: GraphSyntax; thrownAway?: Value[] } = {},
): Analysis {
  const found = collect([
    root,
    ...thrownAway,
    ...effects.flatMap((effect) => [effect.target, ...effect.operands]),
  ]);
  const graph: Graph = { root, effects, ...found };
  return {
    format: syntax === "torch" ? "torch-zip" : syntax,
    parts: [],
    explained: 10,
    facts: [{ kind: "graph", syntax, graph, at: { part: "", offset: 0 } }],
    root,
  };
}

function collect(roots: readonly Value[]): Pick<Graph, "calls" | "globals" | "persistent"> {
  const calls: CallValue[] = [];
  const globals: GlobalValue[] = [];
  const persistents: PersistentValue[] = [];
  const seen = new Set<Value>();
  const visit = (value: Value): void => {
    if (seen.has(value)) return;
    seen.add(value);
    if (value.kind === "global") globals.push(value);
    if (value.kind === "persistent") {
      visit(value.id);
      persistents.push(value);
    }
    if (value.kind === "call") {
      const entries = value.entries.flat();
      for (const inner of [value.callee, value.args, ...value.states, ...value.appended, ...entries])
        visit(inner);
      if (value.kwargs !== undefined) visit(value.kwargs);
      calls.push(value);
    }
    if (value.kind === "list" || value.kind === "tuple" || value.kind === "set") value.items.forEach(visit);
    if (value.kind === "dict") value.entries.flat().forEach(visit);
  };
  roots.forEach(visit);
  return { calls, globals, persistent: persistents };
}
