import { foreignBases, memberOf } from "./attributes.ts";
import type { ClassInfo, FunctionInfo, Parameter } from "./types.ts";
import { entryMarks } from "./entry.ts";
import { type Frame, PROVEN, Scope, type State, VERIFIED } from "./frame.ts";
import { boundArguments } from "./functions.ts";
import { marksOf } from "./calls.ts";
import { type Machine, textOf } from "./machine.ts";
import type { Node } from "./node.ts";
import {
  type Args,
  constant,
  deepMarks,
  joinAll,
  known,
  type Mark,
  marked,
  pathsOf,
  type Ref,
  UNKNOWN,
  type Value,
  withoutMarks,
} from "./value.ts";

/** How many ways of being called are followed for one function; further ones get what is known of it in general. */
const MOST_CONTEXTS = 20;
const DEEPEST_CALL = 8;

/** Calls of project functions that are under way, so that recursion ends. */
export class Calls {
  readonly #open: FunctionInfo["node"][] = [];

  /** Result of a project function for these arguments. */
  // oxlint-disable-next-line max-params -- as the machine's own
  invoke(
    fn: FunctionInfo,
    self: Value | undefined,
    args: Args,
    node: Node,
    frame: Frame,
    machine: Machine,
  ): Value {
    const key = signatureOf(self, args, frame);
    const before = fn.contexts.get(key);
    if (before !== undefined) return before;
    const recursive = this.#open.includes(fn.node) || frame.depth >= DEEPEST_CALL;
    if (recursive || fn.contexts.size >= MOST_CONTEXTS) return { refs: [], marks: marksOf(args), open: true };
    this.#open.push(fn.node);
    const inner = new Scope(
      fn.module,
      fn,
      fn.closure,
      [...frame.way, wayTo(fn, node, frame)],
      frame.depth + 1,
      frame.entry,
    );
    const result = this.#run(fn, self, args, { node, frame, inner }, machine);
    this.#open.pop();
    if (!promises(inner, frame, fn, args, node)) fn.contexts.set(key, result);
    return result;
  }

  #run(
    fn: FunctionInfo,
    self: Value | undefined,
    args: Args,
    at: { readonly node: Node; readonly frame: Frame; readonly inner: Frame },
    machine: Machine,
  ): Value {
    const { node, frame, inner } = at;
    const passed =
      self === undefined || fn.binds === "none" ? args : { ...args, positional: [self, ...args.positional] };
    const way = {
      site: { module: frame.module, node },
      message: { en: `passed to ${fn.name}()`, zh: `传入 ${fn.name}()` },
    };
    inner.state = boundArguments(fn, passed, (parameter) => annotated(parameter, fn, machine));
    for (const [name, value] of inner.state)
      if (value.marks.length > 0)
        inner.state.set(name, { ...value, marks: value.marks.map((mark) => stepped(mark, way)) });
    if (frame.state.has(VERIFIED)) inner.state.set(VERIFIED, PROVEN);
    return runBody(fn, inner, machine);
  }

  /** Evaluates a function by itself: nobody of the project is known to call it. */
  alone(fn: FunctionInfo, machine: Machine): Value {
    const frame = new Scope(fn.module, fn, fn.closure);
    const self = fn.owner === undefined ? undefined : selfOf(fn.owner, fn);
    const positional = self === undefined || fn.binds === "none" ? [] : [self];
    frame.state = boundArguments(fn, { positional, keywords: new Map(), rest: undefined }, (parameter) =>
      annotated(parameter, fn, machine),
    );
    for (const parameter of fn.parameters.slice(positional.length)) {
      const value = frame.state.get(parameter.name) ?? UNKNOWN;
      frame.state.set(parameter.name, { ...marked(value, entryMarks(fn, parameter)), open: true });
    }
    this.#open.push(fn.node);
    const result = runBody(fn, frame, machine);
    this.#open.pop();
    fn.result = result;
    return result;
  }
}

function wayTo(fn: FunctionInfo, node: Node, frame: Frame) {
  return {
    site: { module: frame.module, node },
    message: { en: `calls ${fn.name}()`, zh: `调用 ${fn.name}()` },
  };
}

function stepped(mark: Mark, step: Mark["way"][number]): Mark {
  return mark.way.length > 8 ? mark : { ...mark, way: [...mark.way, step] };
}

function selfOf(cls: ClassInfo, fn: FunctionInfo): Value {
  return fn.binds === "class"
    ? known({ kind: "class", cls })
    : known({ kind: "instance", cls, fields: cls.fields });
}

function runBody(fn: FunctionInfo, frame: Frame, machine: Machine): Value {
  if (fn.node.type === "lambda") return machine.evaluate(fn.body, frame);
  machine.run(fn.body, frame);
  if (!frame.dead) frame.exits.push(frame.state);
  if (frame.results.length === 0) return constant(null);
  const all = joinAll(frame.results);
  const managed = fn.decorators.some(({ value }) =>
    pathsOf(value).some((path) => /contextmanager/.test(path)),
  );
  if (fn.generator && !managed) return known({ kind: "sequence", items: [], rest: all });
  return honest(all, frame);
}

/** `return True` says that something fits only where each such return comes after the comparison. */
function honest(value: Value, frame: Frame): Value {
  const loose = frame.results.some(
    (one) =>
      one.refs.some((ref) => ref.kind === "const" && ref.value === true) &&
      !one.marks.some(({ kind }) => kind === "fits"),
  );
  return loose ? { ...value, marks: value.marks.filter(({ kind }) => kind !== "fits") } : value;
}

/** What a parameter may be by its annotation. */
function annotated(parameter: Parameter, fn: FunctionInfo, machine: Machine): Value {
  const { annotation } = parameter;
  if (annotation === undefined) return UNKNOWN;
  const type = machine.evaluate(annotation.type === "type" ? annotation.kids[0] : annotation, fn.closure);
  return instanceOf(type);
}

/** An instance of what a value names: the class of an annotation. */
export function instanceOf(type: Value): Value {
  const refs = type.refs.flatMap((ref): Ref[] => {
    if (ref.kind === "class") return [{ kind: "instance", cls: ref.cls, fields: ref.cls.fields }];
    return ref.kind === "ext" && /(^|\.)[A-Z]\w*$/.test(ref.path)
      ? [{ kind: "ext", path: `${ref.path}()` }]
      : [];
  });
  return { refs, marks: [], open: true };
}

/** Makes an instance: runs `__init__` with fields of its own. */
export function instantiate(cls: ClassInfo, args: Args, node: Node, frame: Frame, machine: Machine): Value {
  const isEnum = foreignBases(cls).some((path) => path.startsWith("enum."));
  if (isEnum) return { refs: [], marks: [], open: true };
  const fields = new Map<string, Value>();
  const self = known({ kind: "instance", cls, fields });
  const init = memberOf(cls, "__init__");
  const own = init?.refs.filter((ref) => ref.kind === "function") ?? [];
  for (const ref of own) if (ref.kind === "function") machine.invoke(ref.fn, self, args, node, frame);
  if (own.length === 0) fillFields(cls, args, fields);
  return own.length === 0 && marksOf(args).length > 0 && fields.size === 0
    ? marked(self, marksOf(args))
    : self;
}

/** Classes without `__init__` take their annotated names in order: dataclasses, named tuples, models of pydantic. */
function fillFields(cls: ClassInfo, args: Args, fields: Map<string, Value>): void {
  for (const [name, value] of args.keywords) fields.set(name, value);
  const names = [...cls.members]
    .filter(([, member]) => !member.refs.some((ref) => ref.kind === "function"))
    .map(([name]) => name);
  for (const [at, value] of args.positional.entries()) {
    const name = names[at];
    if (name !== undefined) fields.set(name, value);
  }
}

/** Takes what a function guarantees on every way out into its caller: values it checked, a verification. @returns whether there is any */
function promises(inner: Frame, frame: Frame, fn: FunctionInfo, args: Args, node: Node): boolean {
  const { exits } = inner;
  if (exits.length === 0) return false;
  let any = false;
  if (!frame.state.has(VERIFIED) && exits.every((state) => state.has(VERIFIED))) {
    frame.state.set(VERIFIED, PROVEN);
    any = true;
  }
  const list = (node.get("arguments")?.kids ?? []).filter((kid) => kid.type !== "keyword_argument");
  const offset = fn.owner !== undefined && fn.binds !== "none" ? 1 : 0;
  for (const [at, value] of args.positional.entries()) {
    const parameter = fn.parameters[at + offset];
    const argument = list[at];
    if (parameter === undefined || argument?.type !== "identifier" || deepMarks(value).length === 0) continue;
    if (exits.every((state) => cleaned(state, parameter.name))) {
      frame.assign(textOf(argument, frame), withoutMarks(value));
      any = true;
    }
  }
  return any;
}

function cleaned(state: State, name: string): boolean {
  const value = state.get(name);
  return value !== undefined && deepMarks(value).length === 0;
}

const identities = new WeakMap<object, number>();
let next = 0;

function identity(thing: object): number {
  const before = identities.get(thing);
  if (before !== undefined) return before;
  identities.set(thing, ++next);
  return next;
}

/** Calls with one signature give one result. */
function signatureOf(self: Value | undefined, args: Args, frame: Frame): string {
  const parts = args.positional.map(describe);
  for (const [name, value] of args.keywords) parts.push(`${name}=${describe(value)}`);
  if (args.rest !== undefined) parts.push(`*${describe(args.rest)}`);
  return `${self === undefined ? "" : describe(self)}|${parts.join(",")}|${frame.state.has(VERIFIED)}`;
}

function describe(value: Value): string {
  const refs = value.refs.map((ref) => {
    if (ref.kind === "const") return `${typeof ref.value}:${String(ref.value).slice(0, 80)}`;
    if (ref.kind === "ext")
      return ref.call === undefined ? ref.path : `${ref.path}#${identity(ref.call.node)}`;
    if (ref.kind === "text") return `~${ref.text.slice(0, 80)}`;
    if (ref.kind === "function") return `f${identity(ref.fn)}`;
    if (ref.kind === "instance") return `i${identity(ref.fields)}`;
    return `${ref.kind}${identity(ref)}`;
  });
  return `${refs.join("/")}${value.open ? "?" : ""}${value.marks.map((mark) => `!${mark.kind}${identity(mark.site.node)}`).join("")}`;
}
