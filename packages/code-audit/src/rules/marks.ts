import { deepMarks, type Mark, type MarkKind, type Value } from "../python/value.ts";

/** Kinds of what people or machines outside decide, the worst first. */
export const REMOTE: readonly MarkKind[] = ["request", "queue", "http", "database", "input"];
export const OUTSIDE: readonly MarkKind[] = [...REMOTE, "artifact", "file", "argument", "environment"];

/** The marks of some kinds, the worst first. */
export function marksAmong(value: Value | undefined, kinds: readonly MarkKind[]): readonly Mark[] {
  const marks = deepMarks(value).filter((mark) => kinds.includes(mark.kind));
  return marks.toSorted((a, b) => kinds.indexOf(a.kind) - kinds.indexOf(b.kind));
}
