import { rule as mk1001 } from "./mk1001.ts";
import { rule as mk1002 } from "./mk1002.ts";
import { rule as mk1003 } from "./mk1003.ts";
import { rule as mk1004 } from "./mk1004.ts";
import { rule as mk1005 } from "./mk1005.ts";
import { rule as mk1006 } from "./mk1006.ts";
import { rule as mk1007 } from "./mk1007.ts";
import { rule as mk1008 } from "./mk1008.ts";
import { rule as mk1009 } from "./mk1009.ts";
import type { ReachRule } from "./reach.ts";

/** Every rule that names what no model needs. */
export const REACH_RULES: readonly ReachRule[] = [
  mk1001,
  mk1002,
  mk1003,
  mk1004,
  mk1005,
  mk1006,
  mk1007,
  mk1008,
  mk1009,
];

/** Names that lead from any object to any other, wherever they stand in a dotted name. */
const LADDERS: ReadonlySet<string> = new Set(
  "__globals__ __builtins__ __subclasses__ __class__ __bases__ __base__ __mro__ __dict__ __code__ __closure__ __func__ __self__ __import__ __loader__ __spec__ __getattribute__ __getattr__ __setattr__ __delattr__ __reduce__ __reduce_ex__ __init_subclass__ __init__ __new__ __call__ __setstate__ __module__ __defaults__ __kwdefaults__ __wrapped__ gi_frame f_globals f_builtins f_locals tb_frame".split(
    " ",
  ),
);

/** Modules that are unmistakable when they are an attribute of another module (`joblib.parallel.os`). */
const UNMISTAKABLE: ReadonlySet<string> = new Set(
  "os sys subprocess socket builtins __builtin__ importlib ctypes shutil pickle marshal posix nt runpy".split(
    " ",
  ),
);

let table: ReadonlyMap<string, ReachRule | null> | undefined;

function reachTable(): ReadonlyMap<string, ReachRule | null> {
  table ??= buildTable();
  return table;
}

function buildTable(): Map<string, ReachRule | null> {
  const built = new Map<string, ReachRule | null>();
  for (const rule of REACH_RULES) {
    for (const name of rule.reach) {
      // `!name` is an exception: in a listed module, yet nothing that reaches out.
      if (name.startsWith("!")) built.set(name.slice(1), null);
      else built.set(name, rule);
    }
  }
  return built;
}

/**
 * The rule that names what `module.name` reaches, if one does. Attribute chains are followed: `numpy.testing` +
 * `os.system` is `os.system`, and `__globals__` anywhere is attribute access.
 */
export function findReach(module: string, name: string): ReachRule | undefined {
  const attributes = name.split(".");
  if (attributes.length > 1 || attributes[0]?.startsWith("__")) {
    if (attributes.some((attribute) => LADDERS.has(attribute))) return mk1004;
  }
  return findInner(attributes) ?? longestMatch([...module.split("."), ...attributes]) ?? undefined;
}

/** `os` or `os.system` as an attribute of another module: what is reached in the end names the finding. */
function findInner(attributes: readonly string[]): ReachRule | undefined {
  for (let start = 0; start < Math.min(attributes.length, LONGEST_LISTED); start++) {
    if (!UNMISTAKABLE.has(attributes[start] ?? "")) continue;
    const inner = longestMatch(attributes.slice(start));
    if (inner) return inner;
  }
  return undefined;
}

/** Hostile names may have thousands of components; nothing listed has more than this. */
const LONGEST_LISTED = 8;

/** Null means an exception matched, undefined that nothing did. */
function longestMatch(path: readonly string[]): ReachRule | null | undefined {
  for (let length = Math.min(path.length, LONGEST_LISTED); length > 0; length--) {
    const found = reachTable().get(path.slice(0, length).join("."));
    if (found !== undefined) return found;
  }
  return undefined;
}
