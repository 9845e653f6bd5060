import type { Frame } from "./frame.ts";
import type { Machine } from "./machine.ts";
import type { Node } from "./node.ts";
import { canonical } from "./names.ts";
import {
  type Args,
  constantOf,
  ext,
  joinAll,
  known,
  textsOf,
  UNKNOWN,
  type Value,
  constantsOf,
} from "./value.ts";

type Special = (args: Args, node: Node, frame: Frame, machine: Machine) => Value | undefined;

/** Functions that give names: what they find is what the name would be. Undefined where they find nothing. */
export const SPECIAL: ReadonlyMap<string, Special> = new Map<string, Special>([
  ["getattr", getattr],
  ["importlib.import_module", imported],
  ["__import__", importedTop],
  ["importlib.__import__", importedTop],
  ["pydoc.locate", located],
  ["pkgutil.resolve_name", located],
  ["django.utils.module_loading.import_string", located],
  ["werkzeug.utils.import_string", located],
  ["hydra.utils.get_method", located],
  ["globals", globals],
  [
    "vars",
    (args, _node, frame, machine) =>
      args.positional.length === 0 ? globals(args, _node, frame, machine) : undefined,
  ],
  ["locals", globals],
  ["dict", dict],
  ["setattr", setattr],
  ["super", parent],
]);

function getattr(args: Args, _node: Node, frame: Frame, machine: Machine): Value | undefined {
  const [object, name, otherwise] = args.positional;
  const names = constantsOf(name).filter((one) => typeof one === "string");
  if (object === undefined || names.length === 0) return undefined;
  const found = joinAll(names.map((one) => machine.attribute(object, one, frame)));
  return otherwise === undefined ? found : joinAll([found, otherwise]);
}

function imported(args: Args, _node: Node, frame: Frame, machine: Machine): Value | undefined {
  const found = constantsOf(args.positional[0] ?? args.keywords.get("name")).filter(
    (one) => typeof one === "string",
  );
  if (found.length === 0) return undefined;
  return joinAll(found.map((dotted) => moduleValue(dotted, frame, machine)));
}

function moduleValue(dotted: string, frame: Frame, machine: Machine): Value {
  const level = /^\.*/.exec(dotted)?.[0].length ?? 0;
  const module = machine.moduleOf(dotted.slice(level), level, frame.module);
  return module === undefined ? ext(canonical(dotted)) : known({ kind: "module", module });
}

/** `__import__("a.b")` gives `a`, unless names are asked for. */
function importedTop(args: Args, _node: Node, frame: Frame, machine: Machine): Value | undefined {
  const dotted = constantOf(args.positional[0]);
  if (typeof dotted !== "string") return undefined;
  const names = args.keywords.get("fromlist") ?? args.positional[3];
  return moduleValue(names === undefined ? (dotted.split(".")[0] ?? dotted) : dotted, frame, machine);
}

/** `pydoc.locate("pickle.loads")`. */
function located(args: Args): Value | undefined {
  const [dotted] = textsOf(args.positional[0]);
  return dotted === undefined || constantOf(args.positional[0]) === undefined
    ? undefined
    : ext(canonical(dotted.replace(":", ".")));
}

function globals(_args: Args, _node: Node, frame: Frame, _machine: Machine): Value | undefined {
  return known({ kind: "dict", items: new Map([...frame.module.frame.state]), rest: UNKNOWN });
}

function dict(args: Args): Value | undefined {
  const [first] = args.positional;
  const [table] = first?.refs ?? [];
  const base = table?.kind === "dict" ? [...table.items] : [];
  const rest = table?.kind === "dict" ? table.rest : first;
  return known({ kind: "dict", items: new Map([...base, ...args.keywords]), rest: rest ?? args.rest });
}

function setattr(args: Args): Value | undefined {
  const [object, name, value] = args.positional;
  const key = constantOf(name);
  if (typeof key !== "string" || value === undefined) return undefined;
  for (const ref of object?.refs ?? []) if (ref.kind === "instance") ref.fields.set(key, value);
  return UNKNOWN;
}

function parent(_args: Args, _node: Node, frame: Frame): Value | undefined {
  const owner = frame.fn?.owner;
  const self = frame.fn?.parameters[0]?.name;
  if (owner === undefined || self === undefined) return undefined;
  return known({ kind: "super", cls: owner, self: frame.state.get(self) ?? UNKNOWN });
}
