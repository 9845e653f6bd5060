import type { Frame } from "./frame.ts";
import { here, type Machine, textOf } from "./machine.ts";
import type { Node } from "./node.ts";
import { type Args, join, type Value } from "./value.ts";

export interface Evaluated {
  readonly args: Args;
  readonly keywordNodes: ReadonlyMap<string, Node>;
}

/** Evaluates the arguments of a call; `*` and `**` of known tuples and tables are spread. */
export function evaluateArguments(list: Node | undefined, frame: Frame, machine: Machine): Evaluated {
  const positional: Value[] = [];
  const keywords = new Map<string, Value>();
  const keywordNodes = new Map<string, Node>();
  let rest: Value | undefined;
  const more = (value: Value) => {
    rest = rest === undefined ? value : join(rest, value);
  };
  const kids = list === undefined ? [] : list.type === "argument_list" ? list.kids : [list];
  for (const kid of kids) {
    if (kid.type === "keyword_argument") keyword(kid, keywords, keywordNodes, frame, machine);
    else if (kid.type === "list_splat") spread(machine.evaluate(kid.kids[0], frame), positional, more);
    else if (kid.type === "dictionary_splat")
      spreadTable(machine.evaluate(kid.kids[0], frame), keywords, more);
    else positional.push(machine.evaluate(kid, frame));
  }
  return { args: { positional, keywords, rest }, keywordNodes };
}

// oxlint-disable-next-line max-params -- one step of the function above
function keyword(
  kid: Node,
  keywords: Map<string, Value>,
  nodes: Map<string, Node>,
  frame: Frame,
  machine: Machine,
): void {
  const nameNode = kid.get("name");
  const valueNode = kid.get("value");
  if (nameNode === undefined || valueNode === undefined) return;
  const name = textOf(nameNode, frame);
  const value = machine.evaluate(valueNode, frame);
  keywords.set(name, value);
  nodes.set(name, kid);
  machine.onBind({ ...here(kid, frame), name, how: "keyword", target: undefined, value, valueNode });
}

function spread(value: Value, positional: Value[], more: (value: Value) => void): void {
  const [only] = value.refs;
  if (only?.kind === "sequence" && value.refs.length === 1) {
    positional.push(...only.items);
    if (only.rest !== undefined) more(only.rest);
  } else more({ ...value, refs: [], open: true });
}

function spreadTable(value: Value, keywords: Map<string, Value>, more: (value: Value) => void): void {
  const [only] = value.refs;
  if (only?.kind === "dict" && value.refs.length === 1) {
    for (const [key, item] of only.items) if (!keywords.has(key)) keywords.set(key, item);
    if (only.rest !== undefined) more(only.rest);
  } else more({ ...value, refs: [], open: true });
}
