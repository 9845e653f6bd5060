import { evaluateArguments } from "./arguments.ts";
import { compared, shamFact } from "./compare.ts";
import type { CallFact, FunctionInfo } from "./types.ts";
import type { Frame } from "./frame.ts";
import { elementOf } from "./items.ts";
import { CLEANING, HIGHER, HIGHER_METHODS, IDENTITIES, JOINS, SAFE_FOR, sourceOf } from "./library.ts";
import { here, type Machine, textOf } from "./machine.ts";
import { methodResult } from "./methods.ts";
import { canonical } from "./names.ts";
import type { Node } from "./node.ts";
import { isSecretName } from "../rules/secrets.ts";
import { SPECIAL } from "./special.ts";
import {
  type Args,
  concatenated,
  constant,
  constantOf,
  deepMarks,
  ext,
  join,
  joinAll,
  joinMarks,
  known,
  type Mark,
  marked,
  type Ref,
  UNKNOWN,
  type Value,
} from "./value.ts";

/** These give a number, whatever goes in: nothing that a text could carry. */
const NUMBERS: ReadonlySet<string> = new Set([
  "int",
  "float",
  "len",
  "round",
  "abs",
  "uuid.UUID",
  "uuid.uuid4",
  "time.time",
  "ord",
]);
/** A path longer than this is a chain that no rule knows. */
const LONGEST_PATH = 240;

/** Value of a `call` node. */
export function callOf(node: Node, frame: Frame, machine: Machine): Value {
  const through = node.get("function");
  const evaluated = evaluateArguments(node.get("arguments"), frame, machine);
  if (through?.type !== "attribute")
    return machine.call(machine.evaluate(through, frame), evaluated.args, node, frame, through);
  const object = through.get("object");
  const nameNode = through.get("attribute");
  const name = nameNode === undefined ? "" : textOf(nameNode, frame);
  const receiver = machine.evaluate(object, frame);
  frame.at = through;
  const callee = machine.attribute(receiver, name, frame);
  const results: Value[] = [];
  frame.receiver = receiver;
  if (callee.refs.length > 0)
    results.push(machine.call({ ...callee, open: false }, evaluated.args, node, frame, through));
  if (callee.refs.length === 0 || (callee.open && receiver.refs.some(isPlain))) {
    results.push(unknownMethod({ receiver, name, object }, evaluated.args, node, frame, machine));
  }
  return joinAll(results);
}

function isPlain(ref: Ref): boolean {
  return ref.kind === "const" || ref.kind === "text" || ref.kind === "sequence" || ref.kind === "dict";
}

interface Method {
  readonly receiver: Value;
  readonly name: string;
  readonly object: Node | undefined;
}

/** A method of a text, a container or something unknown; rules may know it by its name alone, as `?.name`. */
function unknownMethod(method: Method, args: Args, node: Node, frame: Frame, machine: Machine): Value {
  const { receiver, name } = method;
  const row = HIGHER_METHODS.get(name);
  const passed = row === undefined ? undefined : args.positional[row.fn];
  if (row !== undefined && passed !== undefined && passed.refs.some(isCallable)) {
    const rest = args.positional.slice(row.fn + 1);
    const own = row.args === "rest" ? rest : rest.map(elementOf);
    return machine.call(
      passed,
      { positional: own, keywords: new Map(), rest: own.length === 0 ? receiver : undefined },
      node,
      frame,
    );
  }
  if (!receiver.refs.some(isPlain))
    machine.onCall(factOf(`?.${name}`, args, receiver, undefined, node, frame));
  const source = receiver.refs.some(isPlain) ? undefined : sourceOf(`?.${name}`);
  const result = methodResult(method.receiver, name, args, method.object, frame);
  return source === undefined ? result : marked(result, [markOf(source, node, frame)]);
}

function isCallable(ref: Ref): boolean {
  return (
    ref.kind === "ext" ||
    ref.kind === "function" ||
    ref.kind === "bound" ||
    ref.kind === "class" ||
    ref.kind === "partial"
  );
}

/** Calls each thing that a value may be. */
export function callValue(
  callee: Value,
  args: Args,
  node: Node,
  frame: Frame,
  through: Node | undefined,
  machine: Machine,
): Value {
  const results: Value[] = [];
  for (const ref of callee.refs) {
    const result = callRef(ref, callee, args, node, frame, through, machine);
    if (result !== undefined) results.push(result);
  }
  if (results.length > 0)
    return callee.open && callee.refs.length === 0 ? joinAll([...results, UNKNOWN]) : joinAll(results);
  const name = through === undefined ? "" : textOf(through, frame);
  const unknown: Value = {
    refs: [],
    marks: joinMarks(
      callee.marks.filter(({ kind }) => kind !== "parameter"),
      marksOf(args),
    ),
    open: true,
  };
  return /(^|_|\.)(sha\d*|md5|hash|digest|checksum)/i.test(name) && callee.refs.length === 0
    ? marked(unknown, [markOf(["digest", { en: "digest", zh: "" }], node, frame)])
    : unknown;
}

// oxlint-disable-next-line max-params -- one step of the function above
function callRef(
  ref: Ref,
  callee: Value,
  args: Args,
  node: Node,
  frame: Frame,
  through: Node | undefined,
  machine: Machine,
): Value | undefined {
  switch (ref.kind) {
    case "ext":
      return callExt(ref, callee, args, node, frame, through, machine);
    case "function":
      return invoked(ref.fn, undefined, args, node, frame, machine);
    case "bound":
      return invoked(ref.fn, ref.self, args, node, frame, machine);
    case "class":
      return machine.instantiate(ref.cls, args, node, frame);
    case "instance": {
      const method = machine.attribute({ refs: [ref], marks: [], open: false }, "__call__", frame);
      return method.refs.length === 0 ? undefined : machine.call(method, args, node, frame, through);
    }
    case "partial": {
      const positional = [...ref.args.positional, ...args.positional];
      const keywords = new Map([...ref.args.keywords, ...args.keywords]);
      return machine.call(
        ref.callee,
        { positional, keywords, rest: ref.args.rest ?? args.rest },
        node,
        frame,
        through,
      );
    }
    case "const":
    case "dict":
    case "module":
    case "sequence":
    case "super":
    case "text":
      return undefined;
  }
}

/** A function of the project is a fact too: `=name`. */
// oxlint-disable-next-line max-params -- one step of the function above
function invoked(
  fn: FunctionInfo,
  self: Value | undefined,
  args: Args,
  node: Node,
  frame: Frame,
  machine: Machine,
): Value {
  machine.onCall({ ...factOf(`=${fn.name}`, args, self, undefined, node, frame), callee: fn });
  return machine.invoke(fn, self, args, node, frame);
}

/** All marks of a call's arguments. */
export function marksOf(args: Args): readonly Mark[] {
  let marks: readonly Mark[] = [];
  for (const value of [
    ...args.positional,
    ...args.keywords.values(),
    ...(args.rest === undefined ? [] : [args.rest]),
  ]) {
    marks = joinMarks(marks, deepMarks(value));
  }
  return marks;
}

// oxlint-disable-next-line max-params -- a fact has this many parts
function factOf(
  path: string,
  args: Args,
  receiver: Value | undefined,
  made: CallFact | undefined,
  node: Node,
  frame: Frame,
): CallFact {
  const keywordNodes = new Map<string, Node>();
  for (const kid of node.get("arguments")?.kids ?? []) {
    const name = kid.type === "keyword_argument" ? kid.get("name") : undefined;
    if (name !== undefined) keywordNodes.set(textOf(name, frame), kid);
  }
  return { ...here(node, frame), path, args, receiver, made, keywordNodes };
}

// oxlint-disable-next-line max-params -- one step of `callValue`
function callExt(
  ref: Extract<Ref, { kind: "ext" }>,
  callee: Value,
  args: Args,
  node: Node,
  frame: Frame,
  through: Node | undefined,
  machine: Machine,
): Value {
  const { path } = ref;
  const special = SPECIAL.get(path)?.(args, node, frame, machine);
  if (special !== undefined) return special;
  const receiver = through?.type === "attribute" ? frame.receiver : undefined;
  frame.receiver = undefined;
  const fact = atOutermost(factOf(path, args, receiver ?? callee, ref.call, node, frame), through, frame);
  machine.onCall(fact);
  higher(path, args, node, frame, machine);
  return resultOf(path, fact, callee, args, frame, machine);
}

/** What is called through a parameter is the caller's choice: the fact belongs where it was named. */
function atOutermost(fact: CallFact, through: Node | undefined, frame: Frame): CallFact {
  const [entry] = frame.way.slice(-1);
  if (entry === undefined || through?.type !== "identifier" || frame.fn === undefined) return fact;
  const name = textOf(through, frame);
  if (!frame.fn.parameters.some((parameter) => parameter.name === name)) return fact;
  return { ...fact, module: entry.site.module, node: entry.site.node };
}

function higher(path: string, args: Args, node: Node, frame: Frame, machine: Machine): void {
  const row = HIGHER.get(path) ?? methodRow(path);
  if (row === undefined) return;
  const fn = typeof row.fn === "number" ? args.positional[row.fn] : args.keywords.get(row.fn);
  if (fn === undefined || !fn.refs.some(isCallable)) return;
  const after = typeof row.fn === "number" ? args.positional.slice(row.fn + 1) : [];
  const [listed] = args.keywords.get("args")?.refs ?? [];
  const own = row.args === "rest" ? after : row.args === "elements" ? after.map(elementOf) : [];
  const positional = row.args === "args" && listed?.kind === "sequence" ? listed.items : own;
  machine.call(fn, { positional, keywords: new Map(), rest: undefined }, node, frame);
}

function methodRow(path: string) {
  return path.includes(").") ? HIGHER_METHODS.get(path.slice(path.lastIndexOf(".") + 1)) : undefined;
}

/** What a call outside the project gives. */
function resultOf(
  path: string,
  fact: CallFact,
  callee: Value,
  args: Args,
  frame: Frame,
  machine: Machine,
): Value {
  if (path === "hmac.compare_digest" || path === "secrets.compare_digest")
    return comparedValue(fact, args, frame, machine);
  if (NUMBERS.has(path)) return known({ kind: "text", text: "0" });
  if (CLEANING.has(path)) return ext(`${path}()`, [], fact);
  const everything = joinMarks(callee.marks, marksOf(args));
  const passed =
    sourceOf(path)?.[0] === "digest" ? everything.filter(({ kind }) => kind !== "secret") : everything;
  if (/^os\.(getenv|environ\.(get|pop))$/.test(path)) {
    const read = ext(`${path}()`, joinMarks(ownMarks(path, fact, args, frame), passed), fact);
    const otherwise = args.positional[1] ?? args.keywords.get("default");
    return otherwise === undefined ? read : join(read, otherwise);
  }
  const safeFor = SAFE_FOR.get(path);
  if (safeFor === "shell")
    return known(
      { kind: "text", text: "quoted" },
      passed.map((mark) => ({ ...mark, safeFor })),
    );
  if (safeFor !== undefined)
    return { refs: [], marks: passed.map((mark) => ({ ...mark, safeFor })), open: true };
  if (JOINS.has(path)) return joinedPath(args, passed);
  if (IDENTITIES.has(path)) {
    const [first] = args.positional;
    return first === undefined ? ext(`${path}()`, passed, fact) : marked(first, passed);
  }
  if (path === "functools.partial")
    return {
      refs: [
        {
          kind: "partial",
          callee: args.positional[0] ?? UNKNOWN,
          args: { ...args, positional: args.positional.slice(1) },
        },
      ],
      marks: [],
      open: false,
    };
  return ext(longer(path), joinMarks(ownMarks(path, fact, args, frame), passed), fact);
}

function longer(path: string): string {
  return path.length > LONGEST_PATH ? "?" : canonical(`${path}()`);
}

function ownMarks(path: string, fact: CallFact, args: Args, frame: Frame): readonly Mark[] {
  const hidden = secretFrom(path, args);
  if (hidden !== undefined)
    return [
      markOf(["environment", { en: "environment variable", zh: "环境变量" }], fact.node, frame),
      markOf(["secret", { en: hidden, zh: hidden }], fact.node, frame),
    ];
  const source = sourceOf(path);
  if (source === undefined) return [];
  const [kind, label] = source;
  if (kind === "file")
    return [
      markOf([kind, { en: `file ${shownArgument(fact, frame)}`.trim(), zh: "文件" }], fact.node, frame),
    ];
  if (kind === "digest")
    return [markOf([kind, { en: label.en, zh: subjectOf(fact, args, frame) }], fact.node, frame)];
  return [markOf(source, fact.node, frame)];
}

/** Name of the secret that a call reads. */
function secretFrom(path: string, args: Args): string | undefined {
  if (
    /^(getpass\.getpass|keyring\.get_password|.*\.get_secret_value|.*\.get_secret|.*\.access_secret_version|.*\.read_secret(_version)?|mlflow\.\w+\.get_password)$/.test(
      path,
    )
  )
    return path;
  if (!/^(os\.getenv|os\.environ\.(get|pop)|decouple\.config|environ\.Env\(\))$/.test(path)) return undefined;
  const name = constantOf(args.positional[0]);
  return typeof name === "string" && isSecretName(name) ? name : undefined;
}

function shownArgument(fact: CallFact, frame: Frame): string {
  const node = fact.node.get("arguments")?.kids[0] ?? fact.node.get("function")?.get("object");
  return node === undefined || fact.module !== frame.module ? "" : textOf(node, frame).slice(0, 80);
}

/** What a digest is of, as text: two digests of one thing are equal whatever it is. */
function subjectOf(fact: CallFact, _args: Args, frame: Frame): string {
  const made = fact.made;
  const list = made?.node.get("arguments") ?? fact.node.get("arguments");
  return `${made?.path ?? fact.path} ${list === undefined || made?.module !== frame.module ? "" : textOf(list, frame)}`;
}

function comparedValue(fact: CallFact, args: Args, frame: Frame, machine: Machine): Value {
  const [left = UNKNOWN, right = UNKNOWN] = args.positional;
  const nodes = fact.node.get("arguments")?.kids ?? [];
  const marks = compared(left, right, nodes, fact.node, false, frame);
  for (const mark of marks)
    if (mark.kind === "sham") machine.onCall(shamFact(mark, fact.node, frame, [left, right]));
  // `compare_digest` is used for nothing but secrets and digests.
  const own =
    marks.length > 0 ? marks : [markOf(["fits", { en: "comparison", zh: "比较" }], fact.node, frame)];
  return { refs: [], marks: own, open: true };
}

function joinedPath(args: Args, marks: readonly Mark[]): Value {
  const parts = args.positional.flatMap((part, at) => (at === 0 ? [part] : [constant("/"), part]));
  const value = concatenated(parts);
  return args.rest === undefined ? marked(value, marks) : { refs: [], marks, open: true };
}

/** A fresh mark. */
export function markOf(
  [kind, label]: readonly [Mark["kind"], Mark["label"]],
  node: Node,
  frame: Frame,
): Mark {
  return { kind, label, site: { module: frame.module, node }, way: [] };
}
