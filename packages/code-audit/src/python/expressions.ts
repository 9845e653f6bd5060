import { numberOf, prefixOf, unescaped } from "./literal.ts";
import type { Frame } from "./frame.ts";
import { here, type Machine, textOf } from "./machine.ts";
import { BUILTINS, canonical } from "./names.ts";
import { comprehension, dictionary, sequence } from "./displays.ts";
import { comparison } from "./compare.ts";
import { itemOf, positionsOf } from "./items.ts";
import { refine } from "./guards.ts";
import type { Node } from "./node.ts";
import { isSecretName } from "../rules/secrets.ts";
import {
  concatenated,
  constant,
  constantOf,
  ext,
  HOLE,
  join,
  joinAll,
  joinMarks,
  known,
  pathsOf,
  type Ref,
  textsOf,
  UNKNOWN,
  type Value,
} from "./value.ts";

type Handler = (node: Node, frame: Frame, machine: Machine) => Value;

/** Each kind of expression, but calls. A kind that is not here is unknown, and what is in it is evaluated. */
export const EXPRESSIONS: ReadonlyMap<string, Handler> = new Map<string, Handler>([
  ["identifier", (node, frame) => nameOf(textOf(node, frame), frame)],
  ["dotted_name", dotted],
  ["attribute", attribute],
  ["subscript", subscript],
  ["string", string],
  [
    "concatenated_string",
    (node, frame, machine) => concatenated(node.kids.map((kid) => machine.evaluate(kid, frame))),
  ],
  ["integer", number],
  ["float", number],
  ["true", () => constant(true)],
  ["false", () => constant(false)],
  ["none", () => constant(null)],
  ["ellipsis", () => UNKNOWN],
  ["binary_operator", binary],
  ["boolean_operator", boolean],
  ["not_operator", not],
  ["unary_operator", unary],
  ["comparison_operator", comparison],
  ["conditional_expression", conditional],
  ["named_expression", named],
  ["lambda", (node, frame, machine) => known({ kind: "function", fn: machine.define(node, frame) })],
  ["list", sequence],
  ["tuple", sequence],
  ["set", sequence],
  ["expression_list", sequence],
  ["pattern_list", sequence],
  ["dictionary", dictionary],
  ["list_comprehension", comprehension],
  ["set_comprehension", comprehension],
  ["generator_expression", comprehension],
  ["dictionary_comprehension", comprehension],
  ["await", first],
  ["type", first],
  ["list_splat", first],
  ["yield", yielded],
  ["as_pattern", asPattern],
]);

function first(node: Node, frame: Frame, machine: Machine): Value {
  return machine.evaluate(node.kids[0], frame);
}

/** Value of a name at a point of a scope. */
export function nameOf(name: string, frame: Frame): Value {
  const found = frame.find(name);
  if (found !== undefined) return found;
  const { stars } = frame.module.frame;
  if (BUILTINS.has(name)) return stars.length === 0 ? ext(name) : join(ext(name), fromStars(name, stars));
  if (name === "__name__" || name === "__file__")
    return constant(name === "__name__" ? "__main__" : frame.module.source.path);
  return stars.length === 0 ? UNKNOWN : fromStars(name, stars);
}

function fromStars(name: string, stars: readonly string[]): Value {
  return { ...joinAll(stars.slice(0, 4).map((star) => ext(canonical(`${star}.${name}`)))), open: true };
}

function dotted(node: Node, frame: Frame, machine: Machine): Value {
  const [head, ...rest] = textOf(node, frame).split(".");
  return rest.reduce(
    (value, name) => machine.attribute(value, name.trim(), frame),
    nameOf(head ?? "", frame),
  );
}

/** Chains of attributes nest to the left; they are walked without recursion. */
function attribute(node: Node, frame: Frame, machine: Machine): Value {
  const names: string[] = [];
  let object: Node | undefined = node;
  while (object?.type === "attribute") {
    const name: Node | undefined = object.get("attribute");
    names.push(name === undefined ? "" : textOf(name, frame));
    object = object.get("object");
  }
  const stored = frame.state.get(`.${textOf(node, frame)}`);
  if (stored !== undefined) return stored;
  const value = machine.evaluate(object, frame);
  frame.at = node;
  return names.reduceRight((inner, name) => machine.attribute(inner, name, frame), value);
}

function subscript(node: Node, frame: Frame, machine: Machine): Value {
  const container = machine.evaluate(node.get("value"), frame);
  const indexes = node.all("subscript");
  const [index] = indexes;
  if (index === undefined || index.type === "slice" || indexes.length > 1) {
    for (const one of indexes) machine.evaluate(one, frame);
    return index?.type === "slice" ? sliced(container, index, frame, machine) : itemOf(container, UNKNOWN);
  }
  const key = machine.evaluate(index, frame);
  const item = itemOf(container, key);
  const name = constantOf(key);
  if (typeof name !== "string" || !pathsOf(container).includes("os.environ")) return item;
  const site = { module: frame.module, node };
  const marks = item.marks.map((mark) => (mark.kind === "environment" ? { ...mark, site } : mark));
  if (!isSecretName(name)) return { ...item, marks };
  return { ...item, marks: [...marks, { kind: "secret", site, label: { en: name, zh: name }, way: [] }] };
}

/** `sys.argv[1:]` is as untrusted as its parts; a known sequence keeps its items where the limits are plain. */
function sliced(container: Value, slice: Node, frame: Frame, machine: Machine): Value {
  for (const kid of slice.kids) machine.evaluate(kid, frame);
  const refs = container.refs.map((ref): Ref => {
    if (ref.kind === "sequence") return { kind: "sequence", items: [], rest: joinAll(positionsOf(ref)) };
    if (ref.kind === "const" || ref.kind === "text") return { kind: "text", text: HOLE };
    return ref;
  });
  return { ...container, refs };
}

function string(node: Node, frame: Frame, machine: Machine): Value {
  const { text } = frame.module.source;
  const prefix = prefixOf(node, text);
  const raw = prefix.includes("r");
  const start = node.child("string_start");
  const end = node.child("string_end");
  if (start !== undefined && text.charCodeAt(start.end - 1) === 96) return UNKNOWN;
  const from = start?.end ?? node.start;
  const to = end?.start ?? node.end;
  if (!/[ft]/.test(prefix)) return literal(unescaped(text.slice(from, to), raw), node, frame, machine);
  return interpolated(node, { from, to, raw }, frame, machine);
}

function literal(value: string, node: Node, frame: Frame, machine: Machine): Value {
  machine.onText({ ...here(node, frame), value });
  return constant(value);
}

interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly raw: boolean;
}

function interpolated(node: Node, { from, to, raw }: Stretch, frame: Frame, machine: Machine): Value {
  const { text } = frame.module.source;
  const parts: Value[] = [];
  let at = from;
  const plain = (end: number) => {
    if (end > at)
      parts.push(constant(unescaped(text.slice(at, end), raw).replaceAll("{{", "{").replaceAll("}}", "}")));
  };
  for (const kid of node.kids) {
    if (kid.type !== "interpolation") continue;
    plain(kid.start);
    const value = machine.evaluate(kid.get("expression"), frame);
    parts.push(kid.get("format_specifier") === undefined ? value : { ...value, refs: [], open: true });
    at = kid.end;
  }
  plain(to);
  const value = concatenated(parts);
  for (const shape of textsOf(value).slice(0, 1)) machine.onText({ ...here(node, frame), value: shape });
  return value;
}

function number(node: Node, frame: Frame): Value {
  const value = numberOf(textOf(node, frame));
  return value === undefined ? UNKNOWN : constant(value);
}

/** Long sums nest to the left; they are walked without recursion. */
function binary(node: Node, frame: Frame, machine: Machine): Value {
  const operations: Node[] = [];
  let left: Node | undefined = node;
  while (left?.type === "binary_operator") {
    operations.push(left);
    left = left.get("left");
  }
  return operations.reduceRight(
    (value, operation) => {
      const operator = operation.get("operator")?.type ?? "";
      return operate(operator, value, machine.evaluate(operation.get("right"), frame), frame, machine);
    },
    machine.evaluate(left, frame),
  );
}

/** Result of a binary operator. */
export function operate(operator: string, left: Value, right: Value, frame: Frame, machine: Machine): Value {
  if (operator === "'+" || operator === "'+=") return added(left, right);
  if (operator === "'%" || operator === "'%=") return formatted(left, right);
  if (operator === "'/" || operator === "'/=") return divided(left, right);
  if (operator === "'|") return merged(left, right);
  for (const ref of left.refs) {
    if (ref.kind === "instance") return machine.attribute(left, "__or__", frame);
  }
  return { refs: [], marks: joinMarks(left.marks, right.marks), open: true };
}

function merged(left: Value, right: Value): Value {
  const dicts = [...left.refs, ...right.refs].filter((ref) => ref.kind === "dict");
  if (dicts.length < 2) return { refs: [], marks: joinMarks(left.marks, right.marks), open: true };
  const items = new Map(dicts.flatMap((dict) => [...dict.items]));
  return known({
    kind: "dict",
    items,
    rest: dicts.map((dict) => dict.rest).find((rest) => rest !== undefined),
  });
}

function added(left: Value, right: Value): Value {
  const [a] = left.refs;
  const [b] = right.refs;
  if (a?.kind === "sequence" && b?.kind === "sequence") {
    return known({ kind: "sequence", items: [...a.items, ...b.items], rest: a.rest ?? b.rest });
  }
  if (a?.kind === "sequence") return known({ ...a, rest: right });
  const numbers = [constantOf(left), constantOf(right)];
  if (typeof numbers[0] === "number" && typeof numbers[1] === "number")
    return constant(numbers[0] + numbers[1]);
  if (textsOf(left).length === 0 && textsOf(right).length === 0) {
    return { refs: [], marks: joinMarks(left.marks, right.marks), open: true };
  }
  return concatenated([left, right]);
}

/** `"…%s…" % x`. */
function formatted(left: Value, right: Value): Value {
  const [shape] = textsOf(left);
  if (shape === undefined) return { refs: [], marks: joinMarks(left.marks, right.marks), open: true };
  const [only] = right.refs;
  const items = only?.kind === "sequence" ? [...only.items] : [right];
  const names = only?.kind === "dict" ? only.items : undefined;
  const parts: Value[] = [];
  let at = 0;
  for (const match of shape.matchAll(/%(?:\((\w+)\))?[-#0 +]*[\d*]*(?:\.[\d*]+)?[a-zA-Z%]/g)) {
    parts.push(constant(shape.slice(at, match.index)));
    at = match.index + match[0].length;
    if (match[0] === "%%") parts.push(constant("%"));
    else parts.push((match[1] === undefined ? items.shift() : names?.get(match[1])) ?? UNKNOWN);
  }
  parts.push(constant(shape.slice(at)));
  const value = concatenated(parts);
  return { ...value, marks: joinMarks(value.marks, joinMarks(left.marks, right.marks)) };
}

/** `pathlib` joins with a slash. */
function divided(left: Value, right: Value): Value {
  const paths = left.refs.some((ref) => ref.kind === "ext" && ref.path.startsWith("pathlib."));
  const marks = joinMarks(left.marks, right.marks);
  if (!paths) return { refs: [], marks, open: true };
  return ext("pathlib.Path()", marks);
}

function boolean(node: Node, frame: Frame, machine: Machine): Value {
  const left = machine.evaluate(node.get("left"), frame);
  const and = node.get("operator")?.type === "'and";
  const before = frame.fork();
  refine(node.get("left"), and, frame, machine);
  const right = machine.evaluate(node.get("right"), frame);
  frame.state = before;
  // `x or default`: what is certainly empty never comes out on the left.
  if (!and && constantOf(left) === null) return right;
  return join(left, right);
}

function not(node: Node, frame: Frame, machine: Machine): Value {
  const value = machine.evaluate(node.get("argument"), frame);
  const marks = value.marks.map((mark) => {
    if (mark.kind === "fits") return { ...mark, kind: "differs" as const };
    return mark.kind === "differs" ? { ...mark, kind: "fits" as const } : mark;
  });
  const only = constantOf(value);
  return typeof only === "boolean" ? constant(!only) : { refs: [], marks, open: true };
}

function unary(node: Node, frame: Frame, machine: Machine): Value {
  const value = machine.evaluate(node.get("argument"), frame);
  const only = constantOf(value);
  return typeof only === "number" && node.get("operator")?.type === "'-"
    ? constant(-only)
    : { ...value, refs: [], open: true };
}

function conditional(node: Node, frame: Frame, machine: Machine): Value {
  const [then, condition, otherwise] = node.kids;
  machine.evaluate(condition, frame);
  const before = frame.fork();
  refine(condition, true, frame, machine);
  const yes = machine.evaluate(then, frame);
  frame.state = new Map(before);
  refine(condition, false, frame, machine);
  const no = machine.evaluate(otherwise, frame);
  frame.state = before;
  return join(yes, no);
}

function named(node: Node, frame: Frame, machine: Machine): Value {
  const value = machine.evaluate(node.get("value"), frame);
  const name = node.get("name");
  if (name !== undefined) machine.bind(name, value, frame, node.get("value"));
  return value;
}

function yielded(node: Node, frame: Frame, machine: Machine): Value {
  const value = node.kids.length === 0 ? constant(null) : machine.evaluate(node.kids[0], frame);
  frame.results.push(value);
  return UNKNOWN;
}

function asPattern(node: Node, frame: Frame, machine: Machine): Value {
  const value = machine.evaluate(node.kids[0], frame);
  const target = node.get("alias")?.kids[0];
  if (target !== undefined) machine.bind(target, value, frame, node.kids[0]);
  return value;
}
