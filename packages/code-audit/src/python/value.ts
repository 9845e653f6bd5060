import type { Args, CallFact, Constant, Mark, Ref, Value } from "./types.ts";

export type { Args, Constant, Mark, MarkKind, Ref, Site, Value } from "./types.ts";

/** Stands for what is not known in a text. */
export const HOLE = "\ufffc";

export const UNKNOWN: Value = { refs: [], marks: [], open: true };
export const NO_ARGS: Args = { positional: [], keywords: new Map(), rest: undefined };
const MOST_REFS = 12;
const MOST_MARKS = 8;

export function known(ref: Ref, marks: readonly Mark[] = []): Value {
  return { refs: [ref], marks, open: false };
}

export function constant(value: Constant): Value {
  return known({ kind: "const", value });
}

export function ext(path: string, marks: readonly Mark[] = [], call?: CallFact): Value {
  return known({ kind: "ext", path, call }, marks);
}

export function marked(value: Value, marks: readonly Mark[]): Value {
  return marks.length === 0 ? value : { ...value, marks: joinMarks(value.marks, marks) };
}

export function withoutMarks(value: Value): Value {
  return value.marks.length === 0 ? value : { ...value, marks: [] };
}

export function joinMarks(a: readonly Mark[], b: readonly Mark[]): readonly Mark[] {
  if (a.length === 0 || a === b) return b;
  if (b.length === 0) return a;
  const all = [...a];
  for (const mark of b) {
    if (all.length >= MOST_MARKS) break;
    if (
      !all.some(
        (one) => one.kind === mark.kind && one.site.node === mark.site.node && one.safeFor === mark.safeFor,
      )
    )
      all.push(mark);
  }
  return all;
}

/** What may be one or the other. */
export function join(a: Value, b: Value): Value {
  if (a === b) return a;
  const refs = [...a.refs];
  let open = a.open || b.open;
  for (const ref of b.refs) {
    if (refs.some((one) => same(one, ref))) continue;
    if (refs.length >= MOST_REFS) {
      open = true;
      break;
    }
    refs.push(ref);
  }
  return { refs, marks: joinMarks(a.marks, b.marks), open };
}

export function joinAll(values: readonly Value[]): Value {
  const [first, ...rest] = values;
  return first === undefined ? UNKNOWN : rest.reduce(join, first);
}

function same(a: Ref, b: Ref): boolean {
  if (a === b) return true;
  if (a.kind === "ext" && b.kind === "ext") return a.path === b.path && a.call === b.call;
  if (a.kind === "const" && b.kind === "const") return a.value === b.value;
  if (a.kind === "text" && b.kind === "text") return a.text === b.text;
  if (a.kind === "function" && b.kind === "function") return a.fn === b.fn;
  if (a.kind === "class" && b.kind === "class") return a.cls === b.cls;
  if (a.kind === "instance" && b.kind === "instance") return a.fields === b.fields;
  if (a.kind === "bound" && b.kind === "bound") return a.fn === b.fn && a.self === b.self;
  return a.kind === "module" && b.kind === "module" && a.module === b.module;
}

/** The one constant that it certainly is. */
export function constantOf(value: Value | undefined): Constant | undefined {
  if (value === undefined || value.open || value.refs.length !== 1) return undefined;
  const [ref] = value.refs;
  return ref?.kind === "const" ? ref.value : undefined;
}

/** Each constant that it may be. */
export function constantsOf(value: Value | undefined): readonly Constant[] {
  return value === undefined ? [] : value.refs.flatMap((ref) => (ref.kind === "const" ? [ref.value] : []));
}

/** Each text that it may be, with `HOLE` for what is not known. */
export function textsOf(value: Value | undefined): readonly string[] {
  if (value === undefined) return [];
  return value.refs.flatMap((ref) => {
    if (ref.kind === "text") return [ref.text];
    return ref.kind === "const" && typeof ref.value === "string" ? [ref.value] : [];
  });
}

/** Paths of the names outside the project that it may be. */
export function pathsOf(value: Value | undefined): readonly string[] {
  return value === undefined ? [] : value.refs.flatMap((ref) => (ref.kind === "ext" ? [ref.path] : []));
}

/** All marks of a value and of what it holds, to a small depth. */
export function deepMarks(value: Value | undefined, depth = 3): readonly Mark[] {
  if (value === undefined) return [];
  let marks = value.marks;
  if (depth === 0) return marks;
  for (const ref of value.refs) {
    if (ref.kind !== "sequence" && ref.kind !== "dict") continue;
    for (const item of ref.items.values()) marks = joinMarks(marks, deepMarks(item, depth - 1));
    if (ref.rest !== undefined) marks = joinMarks(marks, deepMarks(ref.rest, depth - 1));
  }
  return marks;
}

/** Text made of parts, `HOLE` for each that is not known; one for each combination, a few at most. */
export function concatenated(parts: readonly Value[]): Value {
  let texts = [""];
  for (const part of parts) {
    const options = optionsOf(part);
    texts = texts.flatMap((text) => options.map((option) => `${text}${option}`)).slice(0, 6);
  }
  const refs = texts.map(
    (text): Ref => (text.includes(HOLE) ? { kind: "text", text } : { kind: "const", value: text }),
  );
  return {
    refs,
    marks: parts.reduce<readonly Mark[]>((marks, part) => joinMarks(marks, part.marks), []),
    open: false,
  };
}

function optionsOf(part: Value): readonly string[] {
  const options = part.refs.map((ref) => {
    if (ref.kind === "text") return ref.text;
    return ref.kind === "const" ? shown(ref.value) : HOLE;
  });
  if (part.open || options.length === 0) options.push(HOLE);
  return [...new Set(options)].slice(0, 4);
}

/** A constant as `str()` shows it. */
export function shown(value: Constant): string {
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  return String(value);
}
