import type { Module } from "./types.ts";
import type { Frame } from "./frame.ts";
import { type Machine, textOf } from "./machine.ts";
import { canonical } from "./names.ts";
import type { Node } from "./node.ts";
import { constantOf, ext, joinAll, known, UNKNOWN, type Value } from "./value.ts";

/** `import a.b.c`, `import a.b as c`. */
export function importNames(node: Node, frame: Frame, machine: Machine): void {
  for (const kid of node.all("name")) {
    const nameNode = kid.type === "aliased_import" ? kid.get("name") : kid;
    const alias = kid.get("alias");
    if (nameNode === undefined) continue;
    const dotted = textOf(nameNode, frame).replaceAll(/\s/g, "");
    const top = dotted.split(".")[0] ?? dotted;
    frame.module.imports.add(top);
    if (alias !== undefined) frame.assign(textOf(alias, frame), moduleValue(dotted, frame, machine));
    else {
      frame.assign(top, moduleValue(top, frame, machine));
      if (top !== dotted) machine.moduleOf(dotted, 0, frame.module);
    }
  }
}

function moduleValue(dotted: string, frame: Frame, machine: Machine): Value {
  const module = machine.moduleOf(dotted, 0, frame.module);
  return module === undefined ? ext(canonical(dotted)) : known({ kind: "module", module });
}

/** `from a import b as c`, `from . import x`, `from a import *`. */
export function importFrom(node: Node, frame: Frame, machine: Machine): void {
  const from = node.get("module_name");
  if (from === undefined) return;
  const text = textOf(from, frame).replaceAll(/\s/g, "");
  const level = /^\.*/.exec(text)?.[0].length ?? 0;
  const dotted = text.slice(level);
  if (level === 0) frame.module.imports.add(dotted.split(".")[0] ?? dotted);
  const module = machine.moduleOf(dotted, level, frame.module);
  if (node.child("wildcard_import") !== undefined) return everything(module, text, frame);
  for (const kid of node.all("name")) {
    const nameNode = kid.type === "aliased_import" ? kid.get("name") : kid;
    if (nameNode === undefined) continue;
    const name = textOf(nameNode, frame);
    const alias = kid.get("alias");
    frame.assign(
      alias === undefined ? name : textOf(alias, frame),
      module === undefined ? outside(text, name, level, frame, machine) : exported(module, name, machine),
    );
  }
}

// oxlint-disable-next-line max-params -- one step of the function above
function outside(text: string, name: string, level: number, frame: Frame, machine: Machine): Value {
  // A package without `__init__.py`.
  const sub = machine.moduleOf(
    text.length === level ? name : `${text.slice(level)}.${name}`,
    level,
    frame.module,
  );
  if (sub !== undefined) return known({ kind: "module", module: sub });
  return ext(canonical(`${text}${text.endsWith(".") ? "" : "."}${name}`));
}

/** What a module of the project gives under a name. */
function exported(module: Module, name: string, machine: Machine): Value {
  const own = module.frame.state.get(name);
  if (own !== undefined) return own;
  const sub = machine.moduleOf(name, 1, module);
  if (sub !== undefined) return known({ kind: "module", module: sub });
  const { stars } = module.frame;
  return stars.length === 0
    ? UNKNOWN
    : joinAll(stars.slice(0, 4).map((star) => ext(canonical(`${star}.${name}`))));
}

function everything(module: Module | undefined, text: string, frame: Frame): void {
  if (module === undefined) {
    frame.module.frame.stars.push(canonical(text));
    return;
  }
  const all = module.frame.state.get("__all__");
  const [list] = all?.refs ?? [];
  const listed = list?.kind === "sequence" ? new Set(list.items.map(constantOf)) : undefined;
  for (const [name, value] of module.frame.state) {
    if (name.startsWith("\0") || name.startsWith(".")) continue;
    if (listed === undefined ? !name.startsWith("_") : listed.has(name)) frame.assign(name, value);
  }
  frame.module.frame.stars.push(...module.frame.stars);
}
