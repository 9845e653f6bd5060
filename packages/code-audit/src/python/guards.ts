import { type Frame, PROVEN, VERIFIED } from "./frame.ts";
import { type Machine, textOf } from "./machine.ts";
import type { Node } from "./node.ts";
import { constant, constantOf, pathsOf, textsOf, type Value, withoutMarks } from "./value.ts";

/** Tests of a text that leave nothing dangerous in it. */
const STRICT_METHODS: ReadonlySet<string> = new Set([
  "isalnum",
  "isdigit",
  "isdecimal",
  "isnumeric",
  "isalpha",
  "isidentifier",
]);

/**
 * Takes into the state what follows from a condition being true or false: a value that is in a fixed collection, fits a
 * strict pattern or equals a constant is nobody's choice any more; a digest that fits verifies what it is of.
 */
export function refine(condition: Node | undefined, truth: boolean, frame: Frame, machine: Machine): void {
  if (condition === undefined) return;
  switch (condition.type) {
    case "parenthesized_expression":
      return refine(condition.kids[0], truth, frame, machine);
    case "not_operator":
      return refine(condition.get("argument"), !truth, frame, machine);
    case "boolean_operator":
      return refineBoth(condition, truth, frame, machine);
    case "named_expression":
      return refine(condition.get("value"), truth, frame, machine);
    case "comparison_operator":
      return refineComparison(condition, truth, frame, machine);
    case "call":
      return refineCall(condition, truth, frame, machine);
    default:
      return refineOutcome(condition, truth, frame, machine);
  }
}

function refineBoth(condition: Node, truth: boolean, frame: Frame, machine: Machine): void {
  const and = condition.get("operator")?.type === "'and";
  // Only when both halves are known: `a and b` is true, or `a or b` is false.
  if (and !== truth) return;
  refine(condition.get("left"), truth, frame, machine);
  refine(condition.get("right"), truth, frame, machine);
}

function refineComparison(condition: Node, truth: boolean, frame: Frame, machine: Machine): void {
  const [left, operator, right, more] = condition.kids;
  if (left === undefined || operator === undefined || right === undefined || more !== undefined) return;
  refineOutcome(condition, truth, frame, machine);
  const positive = operator.type === "'in" || operator.type === "'==" || operator.type === "'is";
  if (positive !== truth) return;
  if (/^'(in|not in)$/.test(operator.type)) {
    if (isFixed(quiet(machine, right, frame), right, frame)) clean(left, frame);
  } else if (/^'(==|!=|is|is not)$/.test(operator.type)) {
    const value = quiet(machine, right, frame);
    if (constantOf(value) !== undefined && value.marks.length === 0) settle(left, value, frame);
  }
}

function quiet(machine: Machine, node: Node, frame: Frame): Value {
  return machine.evaluate(node, frame);
}

/** Whether membership in a collection says anything: it is not itself somebody else's, and no single text (`x in "abc"`). */
function isFixed(collection: Value, node: Node, frame: Frame): boolean {
  if (collection.marks.some(({ kind }) => kind === "request" || kind === "http" || kind === "input"))
    return false;
  if (
    collection.refs.some(
      (ref) => ref.kind === "sequence" || ref.kind === "dict" || ref.kind === "class" || ref.kind === "ext",
    )
  )
    return true;
  if (textsOf(collection).length > 0) return false;
  return /^(self\.|cls\.|settings\.|config\.|\w+\.)*_*[A-Za-z_]*(allow|approved|trusted|known|valid|permitted|white|safe|registry|supported|choices|MODELS|NAMES|URIS)\w*/i.test(
    textOf(node, frame),
  );
}

function refineCall(condition: Node, truth: boolean, frame: Frame, machine: Machine): void {
  refineOutcome(condition, truth, frame, machine);
  if (!truth) return;
  const callee = condition.get("function");
  const argumentNodes = condition.get("arguments")?.kids ?? [];
  const name = callee?.get("attribute");
  const object = callee?.get("object");
  if (name !== undefined && object !== undefined && STRICT_METHODS.has(textOf(name, frame)))
    return clean(object, frame);
  if (object !== undefined && name !== undefined && /^(startswith|is_relative_to)$/.test(textOf(name, frame)))
    contained(object, frame);
  if (callee === undefined) return;
  const paths = pathsOf(quiet(machine, callee, frame));
  if (paths.some((path) => path === "re.fullmatch" || path === "re.match")) {
    const [pattern] = textsOf(machine.evaluate(argumentNodes[0], frame));
    const subject = argumentNodes[1];
    if (pattern !== undefined && subject !== undefined && isStrict(pattern, paths.includes("re.fullmatch")))
      clean(subject, frame);
  } else if (paths.some((path) => /^re\.compile\(\)\.(fullmatch|match)$/.test(path))) {
    refineCompiled(callee, argumentNodes[0], frame, machine);
  }
}

function refineCompiled(callee: Node, subject: Node | undefined, frame: Frame, machine: Machine): void {
  if (subject === undefined) return;
  for (const ref of quiet(machine, callee, frame).refs) {
    const pattern = ref.kind === "ext" ? textsOf(ref.call?.args.positional[0])[0] : undefined;
    if (pattern !== undefined && ref.kind === "ext" && isStrict(pattern, ref.path.endsWith("fullmatch")))
      clean(subject, frame);
  }
}

/** Whether a pattern holds from the first to the last character and admits no separators by a wildcard. */
export function isStrict(pattern: string, full: boolean): boolean {
  const anchored = full || /(\$|\\Z)\)*$/.test(pattern);
  if (!anchored) return false;
  const plain = pattern.replaceAll(/^\^|\$$|\\Z$|\\A/g, "");
  if (/\.[*+]|\\S|\\D|\\W|\[\^/.test(plain)) return false;
  // A fixed beginning such as `models:/approved-` may hold what a class of characters may not.
  const classes = plain.match(/\[[^\]]*\]/g) ?? [];
  return (
    classes.every((one) => !/[/:\\]|\+-/.test(one.replaceAll(/\\[wd.-]/g, ""))) && !LOOSE_TAIL.test(plain)
  );
}

const LOOSE_TAIL = /(^|[^\\])\.(?![*+?{]?\w)[*+?]/;

function refineOutcome(condition: Node, truth: boolean, frame: Frame, machine: Machine): void {
  const { marks } = machine.evaluate(condition, frame);
  if (marks.some(({ kind }) => kind === (truth ? "fits" : "differs"))) frame.state.set(VERIFIED, PROVEN);
}

/** What a variable holds is nobody's choice any more. */
function clean(subject: Node, frame: Frame): void {
  if (subject.type === "identifier") {
    const name = textOf(subject, frame);
    const value = frame.find(name);
    if (value !== undefined) frame.assign(name, withoutMarks(value));
  } else if (subject.type === "attribute") {
    frame.state.set(`.${textOf(subject, frame)}`, { refs: [], marks: [], open: true });
  } else if (subject.type === "named_expression") {
    const name = subject.get("name");
    if (name !== undefined) clean(name, frame);
  } else if (subject.type === "call") {
    // `name.lower() in ALLOWED`: the very same text, but for its case or white space.
    const object = subject.get("function")?.get("object");
    if (object !== undefined && /\.(lower|upper|strip|casefold)\(\)$/.test(textOf(subject, frame)))
      clean(object, frame);
  }
}

/** A path that begins with a folder's is within it, as far as it is resolved. */
function contained(subject: Node, frame: Frame): void {
  const inner =
    subject.type === "call"
      ? (subject.get("arguments")?.kids[0] ?? subject.get("function")?.get("object"))
      : subject;
  if (inner?.type !== "identifier") return;
  const name = textOf(inner, frame);
  const value = frame.find(name);
  if (value !== undefined)
    frame.assign(name, {
      ...value,
      marks: value.marks.map((mark) => ({ ...mark, safeFor: mark.safeFor ?? "path" })),
    });
}

function settle(subject: Node, value: Value, frame: Frame): void {
  if (subject.type !== "identifier") return clean(subject, frame);
  const only = constantOf(value);
  if (only !== undefined) frame.assign(textOf(subject, frame), constant(only));
}
