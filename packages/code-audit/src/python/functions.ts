import type { ClassInfo, FunctionInfo, Parameter } from "./types.ts";
import type { Frame } from "./frame.ts";
import { type Machine, textOf } from "./machine.ts";
import type { Node } from "./node.ts";
import { pathsOf, type Value } from "./value.ts";

/** Reads what a `def` or `lambda` says of itself; its defaults are evaluated where it stands. */
// oxlint-disable-next-line max-params -- as the machine's own
export function functionOf(
  node: Node,
  frame: Frame,
  machine: Machine,
  owner?: ClassInfo,
  decorators: FunctionInfo["decorators"] = [],
): FunctionInfo {
  const nameNode = node.get("name");
  const name = nameNode === undefined ? "<lambda>" : textOf(nameNode, frame);
  const body = node.get("body");
  return {
    name,
    node,
    module: frame.module,
    body,
    parameters: parametersOf(node.get("parameters"), frame, machine),
    closure: frame,
    owner,
    decorators,
    binds: bindingOf(name, owner, decorators),
    generator: body !== undefined && node.type !== "lambda" && yields(body, frame),
    result: undefined,
    contexts: new Map(),
  };
}

function bindingOf(
  name: string,
  owner: ClassInfo | undefined,
  decorators: FunctionInfo["decorators"],
): FunctionInfo["binds"] {
  if (owner === undefined) return "none";
  const paths = new Set(decorators.flatMap(({ value }) => pathsOf(value)));
  if (paths.has("staticmethod")) return "none";
  return paths.has("classmethod") || name === "__new__" || name === "__init_subclass__" ? "class" : "self";
}

function yields(body: Node, frame: Frame): boolean {
  if (!textOf(body, frame).includes("yield")) return false;
  const open = [body];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (node.type === "yield") return true;
    if (node.type !== "function_definition" && node.type !== "lambda" && node.type !== "class_definition")
      open.push(...node.kids);
  }
  return false;
}

function parametersOf(list: Node | undefined, frame: Frame, machine: Machine): readonly Parameter[] {
  const parameters: Parameter[] = [];
  let kind: Parameter["kind"] = "positional";
  for (const kid of list?.kids ?? []) {
    if (kid.type === "keyword_separator") kind = "keyword";
    const parameter = parameterOf(kid, kind, frame, machine);
    if (parameter === undefined) continue;
    if (parameter.kind === "args") kind = "keyword";
    parameters.push(parameter);
  }
  return parameters;
}

function parameterOf(
  kid: Node,
  kind: Parameter["kind"],
  frame: Frame,
  machine: Machine,
): Parameter | undefined {
  const inner = kid.type === "typed_parameter" ? kid.kids[0] : kid;
  const nameNode = kid.get("name") ?? (inner?.type === "identifier" ? inner : inner?.kids[0]);
  if (nameNode?.type !== "identifier" || inner === undefined) return undefined;
  const valueNode = kid.get("value");
  const star =
    inner.type === "list_splat_pattern"
      ? "args"
      : inner.type === "dictionary_splat_pattern"
        ? "kwargs"
        : kind;
  return {
    name: textOf(nameNode, frame),
    node: kid,
    default: valueNode === undefined ? undefined : machine.evaluate(valueNode, frame),
    annotation: kid.get("type"),
    kind: star,
  };
}

/** Values of the parameters of a call, by name. @param otherwise what a parameter is that gets nothing and has no default */
export function boundArguments(
  fn: FunctionInfo,
  args: {
    readonly positional: readonly Value[];
    readonly keywords: ReadonlyMap<string, Value>;
    readonly rest: Value | undefined;
  },
  otherwise: (parameter: Parameter) => Value,
): Map<string, Value> {
  const bound = new Map<string, Value>();
  const left = [...args.positional];
  const keywords = new Map(args.keywords);
  for (const parameter of fn.parameters) {
    const { name, kind } = parameter;
    if (kind === "args") {
      bound.set(name, {
        refs: [{ kind: "sequence", items: left.splice(0), rest: args.rest }],
        marks: [],
        open: false,
      });
    } else if (kind === "kwargs") {
      bound.set(name, {
        refs: [{ kind: "dict", items: new Map(keywords), rest: args.rest }],
        marks: [],
        open: false,
      });
    } else {
      const given = keywords.get(name) ?? (kind === "positional" ? left.shift() : undefined);
      keywords.delete(name);
      bound.set(name, given ?? args.rest ?? parameter.default ?? otherwise(parameter));
    }
  }
  return bound;
}
