import type { ByteSource } from "@modelkeep/bytes";
import { FormatError, type ReadContext } from "../context.ts";
import type { CallValue, CallVia, Effect, Graph, GlobalValue, PersistentValue, Value } from "../value.ts";
import { Consumed } from "./consumed.ts";
import { Input } from "./input.ts";
import { NONE } from "./values.ts";

/** Ambiguities kept for the report; one is enough to refuse. */
const MAX_ISSUES = 20;
/** Estimated bytes of a value on JavaScript's heap, and of one reference to it. */
const VALUE_BYTES = 56;
const REFERENCE_BYTES = 8;

/** What unpickling did so far, in order. Shared by the pickles that one unpickler reads within each other. */
export interface Trail {
  readonly calls: CallValue[];
  readonly globals: GlobalValue[];
  readonly effects: Effect[];
  readonly persistent: PersistentValue[];
}

export function newTrail(): Trail {
  return { calls: [], globals: [], effects: [], persistent: [] };
}

/** Called after each BUILD on a call's result; what it returns takes that result's place on the stack (joblib). */
export type BuildHook = (machine: Machine, target: CallValue) => Value | undefined;

/**
 * The state of a symbolic unpickler. It has the stack, marks and memo of CPython's (Modules/_pickle.c,
 * Lib/pickle.py); where Python would import, call or change something it notes that instead.
 *
 * Where the two unpicklers of CPython, or their versions, differ, `ambiguous` notes it and the machine goes on with
 * the reading that gets further.
 */
export class Machine {
  readonly input: Input;
  readonly ctx: ReadContext;
  readonly trail: Trail;
  readonly onBuild: BuildHook | undefined;
  /** Ambiguities met so far, at most `MAX_ISSUES`. */
  readonly issues: FormatError[] = [];
  readonly stack: Value[] = [];
  /** Heights of the stack at which MARKs stand. */
  readonly marks: number[] = [];
  /** Height of the topmost mark: nothing below it can be popped. */
  fence = 0;
  /** Offset of the opcode that runs. */
  at = 0;
  /** As the last PROTO said; 0 before. */
  protocol = 0;
  frames = 0;
  buffers = 0;
  readonly #consumed = new Consumed();
  /** Entries whose index follows the one before, as picklers write them. */
  readonly #memo: Value[] = [];
  /** All other entries. */
  readonly #sparseMemo = new Map<number, Value>();

  constructor(source: ByteSource, start: number, ctx: ReadContext, trail: Trail, onBuild?: BuildHook) {
    this.input = new Input(source, start, (message, offset) => this.ambiguous(message, offset));
    this.ctx = ctx;
    this.trail = trail;
    this.onBuild = onBuild;
  }

  /** Notes that two unpicklers differ here. */
  ambiguous(message: string, offset = this.at): void {
    this.issue(new FormatError("ambiguous", message, offset));
  }

  issue(error: FormatError): void {
    if (this.issues.length < MAX_ISSUES) this.issues.push(error);
  }

  fail(message: string): never {
    throw new FormatError("malformed", message, this.at);
  }

  push(value: Value): void {
    this.stack.push(value);
  }

  /** @throws {FormatError} `malformed` where CPython raises on an empty stack or at a mark */
  pop(): Value {
    const value = this.stack.length > this.fence ? this.stack.pop() : undefined;
    return value ?? this.fail("an opcode takes a value where the stack is empty or a MARK stands");
  }

  /** The topmost value. @throws {FormatError} `malformed` as `pop` */
  top(): Value {
    const value = this.stack.length > this.fence ? this.stack.at(-1) : undefined;
    return value ?? this.fail("an opcode looks at a value where the stack is empty or a MARK stands");
  }

  pushMark(): void {
    this.fence = this.stack.length;
    this.marks.push(this.fence);
    this.spend(REFERENCE_BYTES);
  }

  /** Takes the values above the topmost mark, and the mark. @throws {FormatError} `malformed` without a mark */
  popToMark(): Value[] {
    const height = this.marks.pop() ?? this.fail("an opcode wants a MARK, but there is none");
    this.fence = this.marks.at(-1) ?? 0;
    const items = this.stack.splice(height);
    this.spend(items.length * REFERENCE_BYTES);
    return items;
  }

  /** CPython takes as index the number of entries, not one more than the largest. */
  get memoSize(): number {
    return this.#memo.length + this.#sparseMemo.size;
  }

  memoPut(index: number, value: Value): void {
    if (index < this.#memo.length) this.#memo[index] = value;
    else if (index === this.#memo.length && !this.#sparseMemo.has(index)) this.#memo.push(value);
    else this.#sparseMemo.set(index, value);
    this.spend(REFERENCE_BYTES);
  }

  /** @throws {FormatError} `malformed` for an index that nothing was put under */
  memoGet(index: number): Value {
    return (
      this.#memo[index] ?? this.#sparseMemo.get(index) ?? this.fail(`nothing was memoized under ${index}`)
    );
  }

  /** Accounts for a new value that holds `references` others. @throws {FormatError} `budget` */
  allocate(references = 0): void {
    this.spend(VALUE_BYTES + references * REFERENCE_BYTES);
  }

  spend(bytes: number): void {
    this.ctx.budget.graphBytes(bytes, this.at);
  }

  /** Notes a call and answers its result. */
  call(via: CallVia, callee: Value, args: Value, kwargs?: Value): CallValue {
    const { at } = this;
    // Two literals: with a spread, each call would cost as much as ten opcodes.
    const call: CallValue =
      kwargs === undefined
        ? { kind: "call", via, callee, args, states: [], appended: [], entries: [], offset: at }
        : { kind: "call", via, callee, args, kwargs, states: [], appended: [], entries: [], offset: at };
    this.spend(4 * VALUE_BYTES);
    this.trail.calls.push(call);
    this.consume(args);
    if (kwargs !== undefined) this.consume(kwargs);
    return call;
  }

  /** Notes that running the pickle hands `value` to something that may copy it or act on it now. */
  consume(value: Value): void {
    this.#consumed.take(value);
  }

  /** To be called before `target` is changed: what took it earlier saw another content than the graph will show. */
  changes(target: Value): void {
    if (!this.#consumed.has(target)) return;
    this.ambiguous(`a ${target.kind === "call" ? "result" : target.kind} is changed after a call took it`);
  }

  effect(op: Effect["op"], target: Value, operands: readonly Value[]): void {
    this.allocate(operands.length);
    this.trail.effects.push({ op, target, operands, offset: this.at });
  }

  /** What was read, seen from `root`. */
  graph(root: Value = NONE): Graph {
    return { root, ...this.trail };
  }
}
