import { classOf } from "./classes.ts";
import { elementOf } from "./items.ts";
import { operate } from "./expressions.ts";
import { type Frame, meet, type State, VERIFIED } from "./frame.ts";
import { refine } from "./guards.ts";
import { importFrom, importNames } from "./imports.ts";
import { instanceOf } from "./invoke.ts";
import { here, type Machine, textOf } from "./machine.ts";
import type { Node } from "./node.ts";
import { constant, constantOf, joinMarks, known, type Mark, UNKNOWN, type Value } from "./value.ts";

type Handler = (node: Node, frame: Frame, machine: Machine) => void;

/** Each kind of statement. What is not here is an expression, or means nothing. */
export const STATEMENTS: ReadonlyMap<string, Handler> = new Map<string, Handler>([
  ["expression_statement", (node, frame, machine) => everyKid(node, frame, machine)],
  ["assignment", (node, frame, machine) => void assignment(node, frame, machine)],
  ["augmented_assignment", augmented],
  ["if_statement", ifStatement],
  ["for_statement", loop],
  ["while_statement", loop],
  ["try_statement", tryStatement],
  ["with_statement", withStatement],
  ["match_statement", match],
  ["function_definition", (node, frame, machine) => define(node, [], frame, machine)],
  [
    "class_definition",
    (node, frame, machine) =>
      frame.assign(nameIn(node, frame), known({ kind: "class", cls: classOf(node, [], frame, machine) })),
  ],
  ["decorated_definition", decorated],
  ["return_statement", returnStatement],
  ["raise_statement", raises],
  ["break_statement", leaves],
  ["continue_statement", leaves],
  ["assert_statement", assertion],
  ["delete_statement", deletion],
  ["import_statement", importNames],
  ["import_from_statement", importFrom],
  ["global_statement", declared],
  ["nonlocal_statement", declared],
  ["block", (node, frame, machine) => machine.run(node, frame)],
  ["ERROR", (node, frame, machine) => machine.run(node, frame)],
  ["print_statement", everyKid],
  ["exec_statement", executed],
  ["chevron", everyKid],
]);

function everyKid(node: Node, frame: Frame, machine: Machine): void {
  for (const kid of node.kids) {
    const handler = STATEMENTS.get(kid.type);
    if (handler === undefined) machine.evaluate(kid, frame);
    else handler(kid, frame, machine);
  }
}

/** `a = b = value` nests to the right. */
function assignment(node: Node, frame: Frame, machine: Machine): Value {
  const left = node.get("left");
  const right = node.get("right");
  const type = node.get("type");
  const annotated = type === undefined ? UNKNOWN : machine.evaluate(type, frame);
  if (right === undefined) {
    if (left !== undefined && left.type === "identifier" && annotated.refs.length > 0)
      machine.bind(left, instanceOf(annotated), frame);
    return UNKNOWN;
  }
  const value =
    right.type === "assignment" ? assignment(right, frame, machine) : machine.evaluate(right, frame);
  if (left !== undefined) machine.bind(left, value, frame, right);
  return value;
}

function augmented(node: Node, frame: Frame, machine: Machine): void {
  const left = node.get("left");
  const right = node.get("right");
  if (left === undefined) return;
  const operator = node.get("operator")?.type ?? "";
  machine.bind(
    left,
    operate(operator, machine.evaluate(left, frame), machine.evaluate(right, frame), frame, machine),
    frame,
    right,
  );
}

/** Ends of several ways; a way that cannot be reached does not count. */
class Ends {
  readonly #states: State[] = [];

  take(frame: Frame): void {
    if (!frame.dead) this.#states.push(frame.state);
  }

  put(frame: Frame): void {
    const [first, ...rest] = this.#states;
    frame.dead = first === undefined;
    if (first !== undefined) frame.state = rest.reduce(meet, first);
  }
}

function ifStatement(node: Node, frame: Frame, machine: Machine): void {
  const ends = new Ends();
  const branches = [node, ...node.all("alternative").filter(({ type }) => type === "elif_clause")];
  for (const branch of branches) {
    const condition = branch.get("condition");
    const value = machine.evaluate(condition, frame);
    const before = frame.fork();
    const only = constantOf(value);
    refine(condition, true, frame, machine);
    if (only === false) frame.dead = true;
    machine.run(branch.get("consequence"), frame);
    ends.take(frame);
    frame.state = before;
    frame.dead = only === true;
    refine(condition, false, frame, machine);
  }
  const otherwise = node.all("alternative").find(({ type }) => type === "else_clause");
  if (otherwise !== undefined) machine.run(otherwise.get("body"), frame);
  ends.take(frame);
  ends.put(frame);
}

function loop(node: Node, frame: Frame, machine: Machine): void {
  const condition = node.get("condition");
  const right = node.get("right");
  const left = node.get("left");
  if (condition !== undefined) machine.evaluate(condition, frame);
  const elements = right === undefined ? UNKNOWN : elementOf(machine.evaluate(right, frame));
  const before = frame.fork();
  const outer = frame.leaving;
  frame.leaving = [];
  if (left !== undefined) machine.bind(left, elements, frame);
  if (condition !== undefined) refine(condition, true, frame, machine);
  machine.run(node.get("body"), frame);
  const ends = [...(frame.dead ? [] : [frame.state]), ...frame.leaving];
  frame.leaving = outer;
  const forever = condition !== undefined && constantOf(machine.evaluate(condition, frame)) === true;
  frame.dead = forever && ends.length === 0;
  frame.state = ends.reduce(meet, forever && ends.length > 0 ? (ends[0] ?? before) : before);
  const otherwise = node.get("alternative");
  if (otherwise !== undefined) machine.run(otherwise.get("body"), frame);
}

function leaves(_node: Node, frame: Frame): void {
  if (!frame.dead) frame.leaving.push(frame.state);
  frame.dead = true;
}

function tryStatement(node: Node, frame: Frame, machine: Machine): void {
  const before = frame.fork();
  machine.run(node.get("body"), frame);
  const ends = new Ends();
  const failed = meet(before, frame.state);
  const otherwise = node.child("else_clause");
  if (otherwise !== undefined && !frame.dead) machine.run(otherwise.get("body"), frame);
  ends.take(frame);
  for (const clause of node.kids) {
    if (clause.type !== "except_clause" && clause.type !== "except_group_clause") continue;
    frame.state = new Map(failed);
    frame.dead = false;
    frame.handlers++;
    for (const value of clause.all("value")) machine.evaluate(value, frame);
    const target = clause.get("alias");
    if (target !== undefined) machine.bind(target, UNKNOWN, frame);
    for (const kid of clause.kids) if (kid.type === "block") machine.run(kid, frame);
    frame.handlers--;
    ends.take(frame);
  }
  ends.put(frame);
  const last = node.child("finally_clause");
  if (last === undefined) return;
  const { dead } = frame;
  if (dead) frame.state = failed;
  frame.dead = false;
  for (const kid of last.kids) machine.run(kid, frame);
  frame.dead ||= dead;
}

function withStatement(node: Node, frame: Frame, machine: Machine): void {
  const clause = node.child("with_clause");
  for (const item of clause?.kids ?? []) {
    const value = item.get("value") ?? item.kids[0];
    const inner = value?.type === "as_pattern" ? value.kids[0] : value;
    const target = value?.type === "as_pattern" ? value.get("alias")?.kids[0] : undefined;
    const entered = enter(machine.evaluate(inner, frame), item, frame, machine);
    if (target !== undefined) machine.bind(target, entered, frame, inner);
  }
  machine.run(node.get("body"), frame);
}

function enter(manager: Value, node: Node, frame: Frame, machine: Machine): Value {
  if (!manager.refs.some((ref) => ref.kind === "instance")) return manager;
  const method = machine.attribute(manager, "__enter__", frame);
  if (!method.refs.some((ref) => ref.kind === "bound")) return manager;
  const entered = machine.call(method, { positional: [], keywords: new Map(), rest: undefined }, node, frame);
  return entered.refs.length === 0 ? manager : entered;
}

function match(node: Node, frame: Frame, machine: Machine): void {
  const subjectNode = node.get("subject");
  const subject = machine.evaluate(subjectNode, frame);
  const ends = new Ends();
  const cases = (node.get("body")?.kids ?? []).filter(({ type }) => type === "case_clause");
  let exhaustive = false;
  for (const clause of cases) {
    const before = frame.fork();
    const patterns = clause.kids.filter(({ type }) => type === "case_pattern");
    const fixed = patterns.every((pattern) =>
      /^(?:\s*(?:"[^"]*"|'[^']*')\s*\|?)+$/.test(textOf(pattern, frame)),
    );
    if (fixed && subjectNode?.type === "identifier")
      frame.assign(textOf(subjectNode, frame), { refs: [], marks: [], open: true });
    for (const pattern of patterns) capture(pattern, subject, frame);
    const guard = clause.get("guard")?.kids[0];
    if (guard !== undefined) machine.evaluate(guard, frame);
    exhaustive ||= guard === undefined && textOf(patterns[0] ?? clause, frame) === "_";
    machine.run(clause.get("consequence"), frame);
    ends.take(frame);
    frame.state = before;
    frame.dead = false;
  }
  if (!exhaustive) ends.take(frame);
  ends.put(frame);
}

/** Names that a pattern binds hold parts of the subject. */
function capture(pattern: Node, subject: Value, frame: Frame): void {
  const text = textOf(pattern, frame);
  if (
    pattern.kids.length === 1 &&
    pattern.kids[0]?.type === "dotted_name" &&
    /^[a-z_]\w*$/.test(text) &&
    text !== "_"
  ) {
    frame.assign(text, subject);
    return;
  }
  for (const kid of pattern.kids) capture(kid, { refs: [], marks: subject.marks, open: true }, frame);
}

function nameIn(node: Node, frame: Frame): string {
  const name = node.get("name");
  return name === undefined ? "" : textOf(name, frame);
}

function define(
  node: Node,
  decorators: readonly { readonly node: Node; readonly value: Value }[],
  frame: Frame,
  machine: Machine,
): void {
  const fn = machine.define(node, frame, undefined, decorators);
  const own = known({ kind: "function", fn });
  frame.assign(fn.name, decorate(own, decorators, node, frame, machine));
}

/** What decorators make of a function; those outside the project leave it as it is. */
function decorate(
  own: Value,
  decorators: readonly { readonly value: Value }[],
  node: Node,
  frame: Frame,
  machine: Machine,
): Value {
  return decorators.reduceRight((value, decorator) => {
    const project = decorator.value.refs.some(
      (ref) => ref.kind === "function" || ref.kind === "class" || ref.kind === "bound",
    );
    if (!project) return value;
    const made = machine.call(
      decorator.value,
      { positional: [value], keywords: new Map(), rest: undefined },
      node,
      frame,
    );
    return made.refs.some(
      (ref) => ref.kind === "function" || ref.kind === "instance" || ref.kind === "partial",
    )
      ? made
      : value;
  }, own);
}

function decorated(node: Node, frame: Frame, machine: Machine): void {
  const decorators = node.kids
    .filter(({ type }) => type === "decorator")
    .map((one) => ({ node: one, value: machine.evaluate(one.kids[0], frame) }));
  const definition = node.get("definition");
  if (definition === undefined) return;
  if (definition.type === "function_definition") define(definition, decorators, frame, machine);
  else if (definition.type === "class_definition")
    frame.assign(
      nameIn(definition, frame),
      known({ kind: "class", cls: classOf(definition, decorators, frame, machine) }),
    );
}

function returnStatement(node: Node, frame: Frame, machine: Machine): void {
  const value = node.kids.length === 0 ? constant(null) : machine.evaluate(node.kids[0], frame);
  const proven = constantOf(value) === true && frame.state.has(VERIFIED);
  const fits: Mark = {
    kind: "fits",
    label: { en: "verified", zh: "已验证" },
    site: { module: frame.module, node },
    way: [],
  };
  frame.results.push(proven ? { ...value, marks: joinMarks(value.marks, [fits]) } : value);
  frame.exits.push(frame.state);
  frame.dead = true;
}

function raises(node: Node, frame: Frame, machine: Machine): void {
  everyKid(node, frame, machine);
  frame.dead = true;
}

function assertion(node: Node, frame: Frame, machine: Machine): void {
  everyKid(node, frame, machine);
  const verified = frame.state.has(VERIFIED);
  const [condition] = node.kids;
  refine(condition, true, frame, machine);
  // `python -O` leaves assertions out: they narrow what is known of a value, but verify nothing.
  if (!verified) frame.state.delete(VERIFIED);
}

function deletion(node: Node, frame: Frame): void {
  for (const kid of node.kids) if (kid.type === "identifier") frame.state.delete(textOf(kid, frame));
}

function declared(node: Node, frame: Frame): void {
  for (const kid of node.kids) frame.globals.add(textOf(kid, frame));
}

/** Python 2: `exec code in namespace`. */
function executed(node: Node, frame: Frame, machine: Machine): void {
  const code = node.get("code");
  everyKid(node, frame, machine);
  const positional = [machine.evaluate(code, frame)];
  machine.onCall({
    ...here(node, frame),
    path: "exec",
    args: { positional, keywords: new Map(), rest: undefined },
    receiver: undefined,
    made: undefined,
    keywordNodes: new Map(),
  });
}
