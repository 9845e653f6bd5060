import type { Frame } from "./frame.ts";
import { elementOf, grown, itemOf, positionsOf } from "./items.ts";
import { textOf } from "./machine.ts";
import type { Node } from "./node.ts";
import {
  type Args,
  concatenated,
  constant,
  constantOf,
  deepMarks,
  HOLE,
  join,
  joinAll,
  joinMarks,
  known,
  marked,
  type Ref,
  shown,
  textsOf,
  UNKNOWN,
  type Value,
} from "./value.ts";

/** Methods of a text that say something about it, not what it is. */
const TELLING: ReadonlySet<string> = new Set([
  ...[
    "startswith",
    "endswith",
    "isalnum",
    "isdigit",
    "isidentifier",
    "isalpha",
    "count",
    "find",
    "index",
    "exists",
    "is_file",
    "is_dir",
    "rfind",
    "is_relative_to",
  ],
]);
const SAME: ReadonlySet<string> = new Set([
  "encode",
  "decode",
  "copy",
  "expanduser",
  "resolve",
  "absolute",
  "as_posix",
  "__str__",
  "items",
]);

/** What a method of a text, of a container or of something unknown gives. @param object names what it is called on */
export function methodResult(
  receiver: Value,
  name: string,
  args: Args,
  object: Node | undefined,
  frame: Frame,
): Value {
  if (TELLING.has(name)) return { refs: [], marks: [], open: true };
  if (SAME.has(name) && args.positional.length < 3) return name === "items" ? pairs(receiver) : receiver;
  if (name === "format" || name === "format_map") return formatted(receiver, args);
  if (name === "join") return joined(receiver, args);
  if (
    /^(strip|rstrip|lstrip|lower|upper|title|removeprefix|removesuffix|replace|capitalize|casefold)$/.test(
      name,
    )
  ) {
    return transformed(receiver, name, args);
  }
  if (name === "get" || name === "pop" || name === "setdefault") return looked(receiver, args);
  if (name === "values")
    return known(
      { kind: "sequence", items: [], rest: joinAll(containers(receiver).flatMap(positionsOf)) },
      receiver.marks,
    );
  if (
    name === "append" ||
    name === "add" ||
    name === "extend" ||
    name === "update" ||
    name === "insert" ||
    name === "write"
  ) {
    grow(receiver, args, object, frame);
    return UNKNOWN;
  }
  const marks = args.positional.reduce((all, value) => joinMarks(all, deepMarks(value)), receiver.marks);
  return {
    refs: [],
    marks: [...args.keywords.values()].reduce((all, value) => joinMarks(all, deepMarks(value)), marks),
    open: true,
  };
}

function containers(value: Value): readonly Extract<Ref, { kind: "sequence" | "dict" }>[] {
  return value.refs.filter((ref) => ref.kind === "sequence" || ref.kind === "dict");
}

function pairs(receiver: Value): Value {
  const tables = receiver.refs.filter((ref) => ref.kind === "dict");
  if (tables.length === 0) return receiver;
  const values = joinAll(tables.flatMap(positionsOf));
  const keys = elementOf(receiver);
  return known({
    kind: "sequence",
    items: [],
    rest: known({ kind: "sequence", items: [keys, values], rest: undefined }),
  });
}

/** `"{}-{name}".format(…)`. */
function formatted(receiver: Value, args: Args): Value {
  const [shape] = textsOf(receiver);
  const everything = [
    ...args.positional,
    ...args.keywords.values(),
    ...(args.rest === undefined ? [] : [args.rest]),
  ];
  const marks = everything.reduce((all, value) => joinMarks(all, deepMarks(value)), receiver.marks);
  if (shape === undefined) return { refs: [], marks, open: true };
  const parts: Value[] = [];
  let at = 0;
  let next = 0;
  for (const match of shape.matchAll(/\{\{|\}\}|\{(\w*)[^{}]*\}/g)) {
    parts.push(constant(shape.slice(at, match.index)));
    at = match.index + match[0].length;
    if (match[0] === "{{" || match[0] === "}}") parts.push(constant(match[0].charAt(0)));
    else {
      const key = match[1] === undefined || match[1] === "" ? String(next++) : match[1];
      parts.push((/^\d+$/.test(key) ? args.positional[Number(key)] : args.keywords.get(key)) ?? UNKNOWN);
    }
  }
  parts.push(constant(shape.slice(at)));
  return marked(concatenated(parts), marks);
}

function joined(receiver: Value, args: Args): Value {
  const separator = constantOf(receiver);
  const [list] = args.positional;
  const [only] = list?.refs ?? [];
  const marks = joinMarks(receiver.marks, deepMarks(list));
  if (typeof separator !== "string" || only?.kind !== "sequence" || only.rest !== undefined)
    return { refs: [], marks, open: true };
  const parts = only.items.flatMap((item, at) => (at === 0 ? [item] : [constant(separator), item]));
  return marked(concatenated(parts), marks);
}

function transformed(receiver: Value, name: string, args: Args): Value {
  const own = args.positional.map(constantOf);
  const refs = receiver.refs.flatMap((ref): Ref[] => {
    if (ref.kind !== "const" || typeof ref.value !== "string" || own.some((one) => one === undefined)) {
      return ref.kind === "text" ? [{ kind: "text", text: HOLE }] : [];
    }
    return [
      {
        kind: "const",
        value: change(
          ref.value,
          name,
          own.map((one) => shown(one ?? null)),
        ),
      },
    ];
  });
  const marks = args.positional.reduce((all, value) => joinMarks(all, value.marks), receiver.marks);
  return { refs, marks, open: receiver.open || refs.length < receiver.refs.length };
}

function change(text: string, name: string, [first, second]: readonly string[]): string {
  switch (name) {
    case "lower":
    case "casefold":
      return text.toLowerCase();
    case "upper":
      return text.toUpperCase();
    case "replace":
      return text.replaceAll(first ?? "", second ?? "");
    case "removeprefix":
      return first !== undefined && text.startsWith(first) ? text.slice(first.length) : text;
    case "removesuffix":
      return first !== undefined && text.endsWith(first) ? text.slice(0, text.length - first.length) : text;
    default:
      return first === undefined ? text.trim() : text;
  }
}

/** `table.get(key, otherwise)`: the table's values are not the key's. */
function looked(receiver: Value, args: Args): Value {
  const [key = UNKNOWN, otherwise] = args.positional;
  const item =
    containers(receiver).length === 0
      ? { refs: [], marks: receiver.marks, open: true }
      : itemOf(receiver, key);
  return otherwise === undefined ? item : join(item, otherwise);
}

/** `list.append(x)`: the variable holds one more. */
function grow(receiver: Value, args: Args, object: Node | undefined, frame: Frame): void {
  const item = args.positional.at(-1);
  if (item === undefined || object?.type !== "identifier") return;
  const name = textOf(object, frame);
  if (frame.find(name) === undefined) return;
  const dict = receiver.refs.find((ref) => ref.kind === "dict");
  if (dict !== undefined) {
    const [more] = item.refs;
    const items = new Map([...dict.items, ...(more?.kind === "dict" ? more.items : [])]);
    frame.assign(
      name,
      known({
        kind: "dict",
        items,
        rest: more?.kind === "dict" ? (dict.rest ?? more.rest) : (dict.rest ?? item),
      }),
    );
  } else if (receiver.refs.some((ref) => ref.kind === "sequence")) frame.assign(name, grown(receiver, item));
  else if (deepMarks(item).length > 0) frame.assign(name, marked(receiver, deepMarks(item)));
}
