import { attributeOf } from "./attributes.ts";
import { bindTarget } from "./bind.ts";
import { callOf, callValue } from "./calls.ts";
import type { ClassInfo, FunctionInfo, Module } from "./types.ts";
import { EXPRESSIONS } from "./expressions.ts";
import type { BindFact, CallFact, Facts, TextFact } from "./types.ts";
import type { Frame } from "./frame.ts";
import { functionOf } from "./functions.ts";
import { Calls, instantiate } from "./invoke.ts";
import type { Machine } from "./machine.ts";
import type { Modules } from "./modules.ts";
import type { Node } from "./node.ts";
import { STATEMENTS } from "./statements.ts";
import { type Args, joinMarks, type Mark, UNKNOWN, type Value } from "./value.ts";

/** How deep expressions and the calls in them may nest before they are taken for unknown. */
const DEEPEST = 320;
/** Steps of evaluation for one file: more than any honest file takes, and a bound on the time for others. */
const MOST_STEPS = 3_000_000;
const MOST_FACTS = 200_000;

/** What of a file was not evaluated, and why. */
export type Shortfall = "depth" | "steps" | "facts";

/** Evaluates one module of the project, and what it calls in others. */
export class Evaluator implements Machine {
  readonly calls: CallFact[] = [];
  readonly binds: BindFact[] = [];
  readonly texts: TextFact[] = [];
  readonly shortfalls = new Map<Shortfall, Node>();
  readonly #modules: Modules;
  readonly #loaded = new Map<string, Module | undefined>();
  readonly #calls = new Calls();
  #depth = 0;
  #steps = 0;

  constructor(modules: Modules) {
    this.#modules = modules;
  }

  /** All facts of a module: of its body, then of each function by itself. */
  facts(module: Module): Facts {
    this.#loaded.set(module.source.path, module);
    this.run(module.syntax.root, module.frame);
    for (const fn of inOrder(module.functions)) this.#calls.alone(fn, this);
    this.#again(module);
    const functions = module.functions.filter(
      ({ node }, at, all) => all.findIndex((one) => one.node === node) === at,
    );
    return { module, calls: this.calls, binds: this.binds, texts: this.texts, functions };
  }

  /** Methods that run before another one stored a field have not seen it: once more, with all fields known. */
  #again(module: Module): void {
    for (const cls of module.classes) {
      if (cls.fields.size === 0) continue;
      for (const fn of module.functions)
        if (fn.owner === cls && fn.name !== "__init__") this.#calls.alone(fn, this);
    }
  }

  evaluate(node: Node | undefined, frame: Frame): Value {
    let inner = node;
    while (inner?.type === "parenthesized_expression" && inner.kids.length === 1) [inner] = inner.kids;
    if (inner === undefined || this.#spent(inner)) return UNKNOWN;
    this.#depth++;
    try {
      if (inner.type === "call") return callOf(inner, frame, this);
      const handler = EXPRESSIONS.get(inner.type);
      return handler === undefined ? this.#parts(inner, frame) : handler(inner, frame, this);
    } finally {
      this.#depth--;
    }
  }

  /** What is in an expression of a kind that has no meaning of its own. */
  #parts(node: Node, frame: Frame): Value {
    let marks: readonly Mark[] = [];
    for (const kid of node.kids) {
      if (STATEMENTS.has(kid.type)) this.runOne(kid, frame);
      else marks = joinMarks(marks, this.evaluate(kid, frame).marks);
    }
    return { refs: [], marks, open: true };
  }

  #spent(node: Node): boolean {
    this.#steps++;
    if (this.#steps > MOST_STEPS) this.#short("steps", node);
    else if (this.#depth > DEEPEST) this.#short("depth", node);
    else return false;
    return true;
  }

  #short(what: Shortfall, node: Node): void {
    if (!this.shortfalls.has(what)) this.shortfalls.set(what, node);
  }

  run(block: Node | undefined, frame: Frame): void {
    if (block === undefined) return;
    for (const kid of block.kids) {
      if (
        frame.dead &&
        kid.type !== "function_definition" &&
        kid.type !== "decorated_definition" &&
        kid.type !== "class_definition"
      )
        continue;
      this.runOne(kid, frame);
    }
  }

  runOne(statement: Node, frame: Frame): void {
    const handler = STATEMENTS.get(statement.type);
    if (handler === undefined) this.evaluate(statement, frame);
    else if (!this.#spent(statement)) {
      this.#depth++;
      handler(statement, frame, this);
      this.#depth--;
    }
  }

  call(callee: Value, args: Args, node: Node, frame: Frame, through?: Node): Value {
    return callValue(callee, args, node, frame, through, this);
  }

  invoke(fn: FunctionInfo, self: Value | undefined, args: Args, node: Node, frame: Frame): Value {
    if (this.#depth > DEEPEST) return UNKNOWN;
    this.#depth += 4;
    const result = this.#calls.invoke(fn, self, args, node, frame, this);
    this.#depth -= 4;
    return result;
  }

  instantiate(cls: ClassInfo, args: Args, node: Node, frame: Frame): Value {
    return instantiate(cls, args, node, frame, this);
  }

  attribute(value: Value, name: string, frame: Frame): Value {
    return attributeOf(value, name, frame, this);
  }

  bind(target: Node, value: Value, frame: Frame, valueNode?: Node): void {
    bindTarget(target, value, frame, this, valueNode);
  }

  define(
    node: Node,
    frame: Frame,
    owner?: FunctionInfo["owner"],
    decorators: FunctionInfo["decorators"] = [],
  ): FunctionInfo {
    const fn = functionOf(node, frame, this, owner, decorators);
    if (frame.depth === 0) frame.module.functions.push(fn);
    return fn;
  }

  moduleOf(dotted: string, level: number, from: Module): Module | undefined {
    const path = this.#modules.find(dotted, level, from.source);
    if (path === undefined) return undefined;
    if (this.#loaded.has(path)) return this.#loaded.get(path);
    const module = this.#modules.load(path);
    this.#loaded.set(path, module);
    if (module !== undefined) this.run(module.syntax.root, module.frame);
    return module;
  }

  onCall(fact: CallFact): void {
    if (this.calls.length < MOST_FACTS) this.calls.push(fact);
    else this.#short("facts", fact.node);
  }

  onBind(fact: BindFact): void {
    if (this.binds.length < MOST_FACTS) this.binds.push(fact);
  }

  onText(fact: TextFact): void {
    if (this.texts.length < MOST_FACTS) this.texts.push(fact);
  }
}

/** Functions while more are being found; what makes an instance comes before what uses it. */
function* inOrder(functions: readonly FunctionInfo[]): Generator<FunctionInfo> {
  const done = new Set<Node>();
  for (const first of [true, false]) {
    for (let at = 0; at < functions.length; at++) {
      const fn = functions[at];
      if (fn === undefined || done.has(fn.node) || (first && fn.name !== "__init__")) continue;
      done.add(fn.node);
      yield fn;
    }
  }
}
