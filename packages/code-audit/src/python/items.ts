import { constantOf, ext, join, joinAll, known, type Ref, UNKNOWN, type Value } from "./value.ts";

type Sequence = Extract<Ref, { kind: "sequence" }>;
type Dict = Extract<Ref, { kind: "dict" }>;

/** Every value that a known container holds. */
export function positionsOf(ref: Sequence | Dict): readonly Value[] {
  const items = [...ref.items.values()];
  return ref.rest === undefined ? items : [...items, ref.rest];
}

/**
 * What a subscript gives. A value that is looked up in a known table is one of the table's, whoever chose the key.
 */
export function itemOf(container: Value, index: Value): Value {
  const found: Value[] = [];
  for (const ref of container.refs) {
    if (ref.kind === "sequence") found.push(itemOfSequence(ref, constantOf(index)));
    else if (ref.kind === "dict") found.push(itemOfDict(ref, constantOf(index)));
    else if (ref.kind === "ext") found.push(ext(`${ref.path}[]`, container.marks, ref.call));
  }
  if (found.length === 0) return { refs: [], marks: container.marks, open: true };
  const all = joinAll(found);
  return { ...all, marks: all.marks, open: all.open || container.open };
}

function itemOfSequence(ref: Sequence, index: unknown): Value {
  if (typeof index === "number" && ref.rest === undefined) {
    return ref.items.at(index) ?? UNKNOWN;
  }
  return joinAll(positionsOf(ref));
}

function itemOfDict(ref: Dict, key: unknown): Value {
  const item = key === undefined ? undefined : ref.items.get(keyOf(key));
  if (item !== undefined) return item;
  if (key !== undefined && ref.rest !== undefined) return ref.rest;
  return joinAll(positionsOf(ref));
}

/** Key of a constant in a table; a number and its text are different keys. */
export function keyOf(key: unknown): string {
  return typeof key === "string" ? key : `\0${String(key)}`;
}

/** What iterating gives. */
export function elementOf(container: Value): Value {
  const found: Value[] = [];
  for (const ref of container.refs) {
    if (ref.kind === "sequence") found.push(...positionsOf(ref));
    else if (ref.kind === "dict") {
      found.push({
        refs: [...ref.items.keys()].slice(0, 8).map((value): Ref => ({ kind: "const", value })),
        marks: [],
        open: ref.items.size > 8 || ref.rest !== undefined,
      });
    } else if (ref.kind === "ext") found.push(ext(`${ref.path}[]`, container.marks, ref.call));
  }
  if (found.length === 0) return { refs: [], marks: container.marks, open: true };
  return { ...joinAll(found), open: container.open };
}

/** The parts that `a, b = value` gives, `count` of them. */
export function unpacked(value: Value, count: number): readonly Value[] {
  const [only] = value.refs;
  if (
    value.refs.length === 1 &&
    only?.kind === "sequence" &&
    only.rest === undefined &&
    only.items.length === count
  ) {
    return only.items;
  }
  const sequences = value.refs.filter((ref) => ref.kind === "sequence");
  if (
    sequences.length > 0 &&
    sequences.every((ref) => ref.rest === undefined && ref.items.length === count)
  ) {
    return Array.from({ length: count }, (_, at) =>
      joinAll(sequences.map((ref) => ref.items[at] ?? UNKNOWN)),
    );
  }
  const element = elementOf(value);
  return Array.from({ length: count }, () => element);
}

/** A sequence with one more value in it, wherever. */
export function grown(container: Value, item: Value): Value {
  return known({ kind: "sequence", items: [], rest: join(elementOf(container), item) });
}
