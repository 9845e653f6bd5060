import type { Frame } from "./frame.ts";
import { refine } from "./guards.ts";
import { elementOf, keyOf } from "./items.ts";
import type { Machine } from "./machine.ts";
import { here, textOf } from "./machine.ts";
import type { Node } from "./node.ts";
import { constantOf, join, joinAll, known, UNKNOWN, type Value } from "./value.ts";

/** A table with more entries than this is known by what it holds, not one by one. */
const MOST_ITEMS = 400;

export function sequence(node: Node, frame: Frame, machine: Machine): Value {
  const items: Value[] = [];
  let rest: Value | undefined;
  for (const kid of node.kids) {
    const value = machine.evaluate(kid, frame);
    const parts = kid.type === "list_splat" ? splatted(value) : [value];
    if (parts === undefined) rest = join(rest ?? elementOf(value), elementOf(value));
    else if (items.length + parts.length <= MOST_ITEMS) items.push(...parts);
    else rest = join(rest ?? UNKNOWN, joinAll(parts));
  }
  return known({ kind: "sequence", items, rest });
}

function splatted(value: Value): readonly Value[] | undefined {
  const [only] = value.refs;
  return only?.kind === "sequence" && only.rest === undefined ? only.items : undefined;
}

export function dictionary(node: Node, frame: Frame, machine: Machine): Value {
  const items = new Map<string, Value>();
  let rest: Value | undefined;
  const more = (value: Value) => {
    rest = rest === undefined ? value : join(rest, value);
  };
  for (const kid of node.kids) {
    if (kid.type === "pair") pair(kid, items, more, frame, machine);
    else
      for (const ref of machine.evaluate(kid.kids[0], frame).refs) {
        if (ref.kind !== "dict") continue;
        for (const [key, value] of ref.items) items.set(key, value);
        if (ref.rest !== undefined) more(ref.rest);
      }
    if (kid.type === "dictionary_splat" && items.size === 0 && rest === undefined) more(UNKNOWN);
  }
  return known({ kind: "dict", items, rest });
}

// oxlint-disable-next-line max-params -- one step of the function above
function pair(
  node: Node,
  items: Map<string, Value>,
  more: (value: Value) => void,
  frame: Frame,
  machine: Machine,
): void {
  const valueNode = node.get("value");
  const key = constantOf(machine.evaluate(node.get("key"), frame));
  const value = machine.evaluate(valueNode, frame);
  if (typeof key === "string" && valueNode !== undefined) {
    machine.onBind({ ...here(node, frame), name: key, how: "key", target: undefined, value, valueNode });
  }
  if (key === undefined || items.size >= MOST_ITEMS) more(value);
  else items.set(keyOf(key), value);
}

/** `[body for x in y if z]`, in a scope of its own as far as names are new. */
export function comprehension(node: Node, frame: Frame, machine: Machine): Value {
  const before = frame.fork();
  for (const clause of node.kids) {
    if (clause.type === "for_in_clause") {
      const target = clause.get("left");
      const element = elementOf(joinAll(clause.all("right").map((right) => machine.evaluate(right, frame))));
      if (target !== undefined) machine.bind(target, element, frame);
    } else if (clause.type === "if_clause") {
      machine.evaluate(clause.kids[0], frame);
      refine(clause.kids[0], true, frame, machine);
    }
  }
  const body = node.get("body");
  const value = body?.type === "pair" ? tableOf(body, frame, machine) : machine.evaluate(body, frame);
  frame.state = before;
  if (body?.type === "pair") return value;
  return known({ kind: "sequence", items: [], rest: value });
}

function tableOf(body: Node, frame: Frame, machine: Machine): Value {
  machine.evaluate(body.get("key"), frame);
  return known({ kind: "dict", items: new Map(), rest: machine.evaluate(body.get("value"), frame) });
}

/** Names in a pattern or target, in order. */
export function namesIn(target: Node, frame: Frame): readonly string[] {
  if (target.type === "identifier") return [textOf(target, frame)];
  return target.kids.flatMap((kid) => namesIn(kid, frame));
}
