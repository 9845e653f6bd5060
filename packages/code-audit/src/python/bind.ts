import type { Frame } from "./frame.ts";
import { elementOf, keyOf, unpacked } from "./items.ts";
import { here, type Machine, textOf } from "./machine.ts";
import { isSecretName } from "../rules/secrets.ts";
import type { Node } from "./node.ts";
import { constantOf, deepMarks, join, known, marked, type Ref, type Value } from "./value.ts";

/** Binds what is on the left of an assignment. */
// oxlint-disable-next-line max-params -- as the machine's own
export function bindTarget(
  target: Node,
  value: Value,
  frame: Frame,
  machine: Machine,
  valueNode?: Node,
): void {
  switch (target.type) {
    case "identifier": {
      const name = textOf(target, frame);
      dropAttributes(name, frame);
      frame.assign(name, kept(name, value, target, frame));
      if (valueNode !== undefined)
        machine.onBind({ ...here(target, frame), name, how: "name", target: undefined, value, valueNode });
      return;
    }
    case "attribute":
      return bindAttribute(target, value, frame, machine, valueNode);
    case "subscript":
      return bindItem(target, value, frame, machine, valueNode);
    case "pattern_list":
    case "tuple_pattern":
    case "list_pattern":
    case "expression_list":
    case "tuple":
    case "list":
      return bindParts(target, value, frame, machine, valueNode);
    case "list_splat_pattern":
    case "list_splat":
    case "parenthesized_expression":
    case "as_pattern_target": {
      const [inner] = target.kids;
      if (inner !== undefined) bindTarget(inner, value, frame, machine, valueNode);
      return;
    }
    default:
      machine.evaluate(target, frame);
  }
}

/** A variable that is named as secret holds something secret, unless its value is plain. */
function kept(name: string, value: Value, node: Node, frame: Frame): Value {
  const only = constantOf(value);
  if (
    !isSecretName(name) ||
    /^_?(token|auth|pass|secrets?)$/i.test(name) ||
    only === null ||
    typeof only === "boolean" ||
    typeof only === "number"
  )
    return value;
  if (
    value.refs.length > 0 &&
    value.refs.every((ref) => ref.kind !== "const" && ref.kind !== "ext" && ref.kind !== "text")
  )
    return value;
  if (value.marks.some(({ kind }) => kind === "secret" || kind === "digest")) return value;
  return marked(value, [
    { kind: "secret", label: { en: name, zh: name }, site: { module: frame.module, node }, way: [] },
  ]);
}

/** What was known of `name.x` holds no longer when `name` is another thing. */
function dropAttributes(name: string, frame: Frame): void {
  for (const key of frame.state.keys()) if (key.startsWith(`.${name}.`)) frame.state.delete(key);
}

// oxlint-disable-next-line max-params -- one step of the function above
function bindParts(
  target: Node,
  value: Value,
  frame: Frame,
  machine: Machine,
  valueNode: Node | undefined,
): void {
  const targets = target.kids;
  const starred = targets.some(({ type }) => type === "list_splat_pattern");
  const parts = starred ? targets.map(() => elementOf(value)) : unpacked(value, targets.length);
  const nodes =
    valueNode !== undefined && valueNode.kids.length === targets.length && /list|tuple/.test(valueNode.type)
      ? valueNode.kids
      : undefined;
  for (const [at, one] of targets.entries()) {
    const part = parts[at];
    if (part !== undefined) bindTarget(one, part, frame, machine, nodes?.[at]);
  }
}

// oxlint-disable-next-line max-params -- one step of the function above
function bindAttribute(
  target: Node,
  value: Value,
  frame: Frame,
  machine: Machine,
  valueNode: Node | undefined,
): void {
  const object = machine.evaluate(target.get("object"), frame);
  const nameNode = target.get("attribute");
  if (nameNode === undefined) return;
  const name = textOf(nameNode, frame);
  if (valueNode !== undefined)
    machine.onBind({ ...here(target, frame), name, how: "attribute", target: object, value, valueNode });
  let stored = false;
  for (const ref of object.refs) {
    if (ref.kind === "instance") {
      ref.fields.set(name, fieldValue(ref, name, value, frame));
      stored = true;
    } else if (ref.kind === "class") {
      ref.cls.members.set(name, value);
      stored = true;
    } else if (ref.kind === "module") ref.module.frame.state.set(name, value);
  }
  if (!stored) frame.state.set(`.${textOf(target, frame)}`, value);
}

/** A method that is evaluated by itself adds to what the class is known to store; a real instance is set. */
function fieldValue(
  ref: Extract<Ref, { kind: "instance" }>,
  name: string,
  value: Value,
  frame: Frame,
): Value {
  const before =
    ref.fields === ref.cls.fields && frame.fn?.name !== "__init__" ? ref.fields.get(name) : undefined;
  return before === undefined ? value : join(before, value);
}

// oxlint-disable-next-line max-params -- one step of the function above
function bindItem(
  target: Node,
  value: Value,
  frame: Frame,
  machine: Machine,
  valueNode: Node | undefined,
): void {
  const objectNode = target.get("value");
  const object = machine.evaluate(objectNode, frame);
  const key = constantOf(machine.evaluate(target.get("subscript"), frame));
  if (typeof key === "string" && valueNode !== undefined) {
    machine.onBind({ ...here(target, frame), name: key, how: "key", target: object, value, valueNode });
  }
  if (objectNode?.type !== "identifier") return;
  const name = textOf(objectNode, frame);
  const table = object.refs.find((ref) => ref.kind === "dict");
  if (table !== undefined) {
    const items = new Map(table.items);
    if (key !== undefined) items.set(keyOf(key), value);
    frame.assign(
      name,
      known(
        {
          kind: "dict",
          items,
          rest: key === undefined ? (table.rest === undefined ? value : join(table.rest, value)) : table.rest,
        },
        object.marks,
      ),
    );
  } else if (deepMarks(value).length > 0) frame.assign(name, marked(object, deepMarks(value)));
}
