import type { ClassInfo, FunctionInfo } from "./types.ts";
import { evaluateArguments } from "./arguments.ts";
import { type Frame, Scope } from "./frame.ts";
import { type Machine, textOf } from "./machine.ts";
import type { Node } from "./node.ts";
import { known, type Value } from "./value.ts";

/** Evaluates a class: its bases, its body, its methods. */
export function classOf(
  node: Node,
  _decorators: FunctionInfo["decorators"],
  frame: Frame,
  machine: Machine,
): ClassInfo {
  const nameNode = node.get("name");
  const name = nameNode === undefined ? "" : textOf(nameNode, frame);
  const { args } = evaluateArguments(node.get("superclasses"), frame, machine);
  const cls: ClassInfo = {
    name,
    node,
    module: frame.module,
    bases: args.positional,
    members: new Map(),
    fields: new Map(),
  };
  // Methods do not see the names of the class around them, so their closure is the frame outside.
  const body = new Scope(frame.module, frame.fn, frame, frame.way, frame.depth);
  for (const statement of node.get("body")?.kids ?? []) {
    if (statement.type === "function_definition") method(statement, [], cls, body, frame, machine);
    else if (statement.type === "decorated_definition") decoratedMember(statement, cls, body, frame, machine);
    else machine.runOne(statement, body);
    for (const [key, value] of body.state) cls.members.set(key, value);
  }
  if (frame.depth === 0) frame.module.classes.push(cls);
  return cls;
}

// oxlint-disable-next-line max-params -- one step of the function above
function method(
  node: Node,
  decorators: FunctionInfo["decorators"],
  cls: ClassInfo,
  body: Frame,
  frame: Frame,
  machine: Machine,
): void {
  const fn = machine.define(node, frame, cls, decorators);
  body.state.set(fn.name, known({ kind: "function", fn }));
}

// oxlint-disable-next-line max-params -- one step of the function above
function decoratedMember(node: Node, cls: ClassInfo, body: Frame, frame: Frame, machine: Machine): void {
  const definition = node.get("definition");
  if (definition?.type !== "function_definition") return machine.runOne(node, body);
  const decorators = node.kids
    .filter(({ type }) => type === "decorator")
    .map((one) => ({ node: one, value: decorator(one, body, machine) }));
  const setter = decorators.some(({ node: one }) => /\.(setter|deleter)$/.test(textOf(one, frame)));
  const nameNode = definition.get("name");
  const getter = nameNode === undefined ? undefined : body.state.get(textOf(nameNode, frame));
  method(definition, decorators, cls, body, frame, machine);
  // The setter of a property has its name; reading it is still the getter.
  if (setter && getter !== undefined && nameNode !== undefined)
    body.state.set(textOf(nameNode, frame), getter);
}

function decorator(node: Node, body: Frame, machine: Machine): Value {
  return machine.evaluate(node.kids[0], body);
}
