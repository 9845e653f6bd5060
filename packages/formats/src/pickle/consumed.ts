import type { Value } from "../value.ts";

/**
 * What calls and BUILDs have taken already. A constructor may copy what it is given, or act on it at once
 * (`__setstate__`), so it saw a container as that was then; the graph shows it as it is in the end. A pickle that
 * changes a container in between has two readings: one that ran, and one that a judge would see.
 *
 * Objects made by NEWOBJ, INST, OBJ or `copyreg._reconstructor` are held by reference and may get their state later:
 * that is how picklers write cycles. Results of other calls (arrays, dtypes, native trees) are whole when they are passed on.
 */
export class Consumed {
  readonly #taken = new Set<Value>();

  /** Notes that a call took `value`, with all containers within it. */
  take(value: Value): void {
    const todo = [value];
    for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
      if (!isMutable(next) || this.#taken.has(next)) continue;
      this.#taken.add(next);
      if (next.kind === "dict") for (const [key, item] of next.entries) todo.push(key, item);
      else if (next.kind !== "call") for (const item of next.items) todo.push(item);
    }
  }

  /** Whether a call took `value` before now. */
  has(value: Value): boolean {
    return this.#taken.has(value);
  }
}

type Container = Extract<Value, { kind: "list" | "dict" | "set" | "tuple" | "call" }>;

/** Tuples do not change, but what stands in them may. */
function isMutable(value: Value): value is Container {
  if (value.kind === "call") return value.via === "REDUCE" && !isReconstructor(value.callee);
  return value.kind === "list" || value.kind === "dict" || value.kind === "set" || value.kind === "tuple";
}

function isReconstructor(callee: Value): boolean {
  return callee.kind === "global" && callee.module === "copyreg" && callee.name === "_reconstructor";
}
