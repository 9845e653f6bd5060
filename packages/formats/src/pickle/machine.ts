import type { Budget } from "../context.ts";
import { FormatError } from "../context.ts";
import type {
  CallValue,
  CallVia,
  Effect,
  GlobalValue,
  Graph,
  PersistentValue,
  TupleValue,
  Value,
} from "../value.ts";
import { NONE } from "./scalars.ts";

/** The state of a symbolic unpickler: what CPython's `Unpickler` holds, with values in place of objects. */
export class Machine {
  /** The current frame is what lies above the last mark; nothing pops below it. */
  readonly stack: Value[] = [];
  /** Heights of the stack at which MARK was executed. */
  readonly marks: number[] = [];
  readonly memo = new Map<number, Value>();
  readonly calls: CallValue[] = [];
  readonly globals: GlobalValue[] = [];
  readonly effects: Effect[] = [];
  readonly persistent: PersistentValue[] = [];
  readonly budget: Budget;
  /** As the last PROTO opcode said. */
  protocol = 0;
  nextBuffer = 0;
  /** Offset of the opcode being executed. */
  at = 0;

  constructor(budget: Budget) {
    this.budget = budget;
  }

  #fence(): number {
    return this.marks.at(-1) ?? 0;
  }

  fail(message: string): never {
    throw new FormatError("malformed", message, this.at);
  }

  push(value: Value): void {
    this.stack.push(value);
  }

  pop(): Value {
    if (this.stack.length <= this.#fence()) this.fail("the stack is empty");
    return this.stack.pop() ?? this.fail("the stack is empty");
  }

  top(): Value {
    if (this.stack.length <= this.#fence()) this.fail("the stack is empty");
    return this.stack.at(-1) ?? this.fail("the stack is empty");
  }

  /** POP: of a value, or of a mark that lies on top. */
  discard(): void {
    if (this.marks.length > 0 && this.stack.length === this.#fence()) this.marks.pop();
    else this.pop();
  }

  /** Everything above the last mark, which goes too. */
  popMark(): Value[] {
    const height = this.marks.pop();
    if (height === undefined) this.fail("no mark on the stack");
    const items = this.stack.splice(height);
    this.budget.steps(items.length, this.at);
    return items;
  }

  tuple(items: readonly Value[]): TupleValue {
    return { kind: "tuple", items, offset: this.at };
  }

  call(via: CallVia, callee: Value, args: Value, kwargs?: Value): void {
    const value: CallValue = {
      kind: "call",
      via,
      callee,
      args,
      ...(kwargs === undefined ? {} : { kwargs }),
      states: [],
      appended: [],
      entries: [],
      offset: this.at,
    };
    this.calls.push(value);
    this.push(value);
  }

  build(): void {
    const state = this.pop();
    const target = this.top();
    if (target.kind === "call") target.states.push(state);
    else this.effects.push({ op: "BUILD", target, operands: [state], offset: this.at });
  }

  append(items: readonly Value[]): void {
    const target = this.top();
    const into = target.kind === "list" ? target.items : target.kind === "call" ? target.appended : undefined;
    if (into === undefined) this.effects.push({ op: "APPEND", target, operands: items, offset: this.at });
    else for (const item of items) into.push(item);
  }

  addItems(items: readonly Value[]): void {
    const target = this.top();
    if (target.kind === "set" && !target.frozen) for (const item of items) target.items.push(item);
    else this.effects.push({ op: "ADDITEM", target, operands: items, offset: this.at });
  }

  setItems(items: readonly Value[]): void {
    const target = this.top();
    const pairs = this.pairs(items);
    const into = target.kind === "dict" || target.kind === "call" ? target.entries : undefined;
    if (into === undefined) this.effects.push({ op: "SETITEM", target, operands: items, offset: this.at });
    else for (const pair of pairs) into.push(pair);
  }

  pairs(items: readonly Value[]): [Value, Value][] {
    if (items.length % 2 !== 0) this.fail("a dictionary with a key that has no value");
    return Array.from({ length: items.length / 2 }, (_, i) => [
      items[2 * i] ?? NONE,
      items[2 * i + 1] ?? NONE,
    ]);
  }

  put(index: number): void {
    this.memo.set(index, this.top());
  }

  get(index: number): void {
    this.push(this.memo.get(index) ?? this.fail(`memo ${index} was never put`));
  }

  graph(root: Value): Graph {
    const { calls, globals, effects, persistent } = this;
    return { root, calls, globals, effects, persistent };
  }
}
