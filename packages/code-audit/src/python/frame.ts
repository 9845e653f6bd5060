import type { Frame, FunctionInfo, Module, State, Value, Way } from "./types.ts";
import { join, UNKNOWN } from "./value.ts";
import type { Node } from "./node.ts";

export type { Frame, State } from "./types.ts";

/** Key of a state under which it is kept that a digest was compared with what it should be. No Python name. */
export const VERIFIED = "\0verified";

/** A scope while it is evaluated. */
export class Scope implements Frame {
  readonly module: Module;
  readonly fn: FunctionInfo | undefined;
  readonly closure: Frame | undefined;
  state: State = new Map();
  dead = false;
  readonly globals = new Set<string>();
  readonly results: Value[] = [];
  readonly way: Way;
  readonly depth: number;
  readonly entry: FunctionInfo | undefined;
  readonly stars: string[] = [];
  handlers = 0;
  receiver: Value | undefined;
  at: Node | undefined;
  leaving: State[] = [];
  readonly exits: State[] = [];

  // oxlint-disable-next-line max-params -- a plain record
  constructor(
    module: Module,
    fn?: FunctionInfo,
    closure?: Frame,
    way: Way = [],
    depth = 0,
    entry?: FunctionInfo,
  ) {
    this.module = module;
    this.fn = fn;
    this.closure = closure;
    this.way = way;
    this.depth = depth;
    this.entry = entry ?? fn;
  }

  /** Value of a name here or in the scopes around; undefined when no scope has it. */
  find(name: string): Value | undefined {
    if (this.globals.has(name)) return this.module.frame.state.get(name);
    return this.state.get(name) ?? this.#owner(name)?.state.get(name);
  }

  assign(name: string, value: Value): void {
    if (!this.globals.has(name)) this.state.set(name, value);
    else {
      const owner = this.#owner(name) ?? this.module.frame;
      owner.state.set(name, join(owner.state.get(name) ?? value, value));
    }
  }

  /** The scope around that has a name already: where `nonlocal` writes. */
  #owner(name: string): Frame | undefined {
    for (let frame = this.closure; frame !== undefined; frame = frame.closure)
      if (frame.state.has(name)) return frame;
    return undefined;
  }

  fork(): State {
    return new Map(this.state);
  }
}

/** What holds where two ways meet. A name that only one of them set may be unset. */
export function meet(a: State, b: State): State {
  const met: State = new Map(a);
  for (const [name, value] of b) {
    const other = a.get(name);
    if (other !== value) met.set(name, other === undefined ? value : join(other, value));
  }
  for (const state of [a, b]) if (!state.has(VERIFIED)) met.delete(VERIFIED);
  return met;
}

export const PROVEN: Value = UNKNOWN;
