import type { ClassInfo, FunctionInfo } from "./types.ts";
import type { Frame } from "./frame.ts";
import { sourceOf } from "./library.ts";
import type { Machine } from "./machine.ts";
import { canonical } from "./names.ts";
import { ext, join, joinAll, known, marked, NO_ARGS, pathsOf, type Ref, type Value } from "./value.ts";

const DEEPEST_CLASS = 24;

/** What `value.name` may be; without refs where that is not known. */
export function attributeOf(value: Value, name: string, frame: Frame, machine: Machine): Value {
  const found: Value[] = [];
  for (const ref of value.refs) {
    const one = attributeOfRef(ref, value, name, frame, machine);
    if (one !== undefined) found.push(one);
  }
  if (found.length === 0) return { refs: [], marks: value.marks, open: true };
  const all = joinAll(found);
  return { ...marked(all, value.marks), open: all.open || value.open || found.length < value.refs.length };
}

function attributeOfRef(
  ref: Ref,
  value: Value,
  name: string,
  frame: Frame,
  machine: Machine,
): Value | undefined {
  switch (ref.kind) {
    case "ext":
      return extAttribute(ref, name, frame);
    case "module": {
      const own = ref.module.frame.state.get(name);
      if (own !== undefined) return own;
      const sub = machine.moduleOf(name, 1, ref.module);
      if (sub !== undefined) return known({ kind: "module", module: sub });
      const stars = ref.module.frame.stars.slice(0, 4);
      return stars.length === 0 ? undefined : joinAll(stars.map((star) => ext(canonical(`${star}.${name}`))));
    }
    case "class": {
      const member = memberOf(ref.cls, name);
      return member === undefined ? undefined : boundTo(member, known(ref), "class", frame, machine);
    }
    case "instance":
      return instanceAttribute(ref, value, name, frame, machine);
    case "super": {
      const member = inherited(ref.cls, name, 0);
      return member === undefined ? undefined : boundTo(member, ref.self, "self", frame, machine);
    }
    case "partial":
      return name === "func" ? ref.callee : undefined;
    case "bound":
    case "const":
    case "dict":
    case "function":
    case "sequence":
    case "text":
      return undefined;
  }
}

function extAttribute(ref: Extract<Ref, { kind: "ext" }>, name: string, frame: Frame): Value {
  const path = canonical(`${ref.path}.${name}`);
  const source = path.length > 200 ? undefined : sourceOf(path);
  if (source === undefined || source[0] === "digest" || source[0] === "model") return ext(path, [], ref.call);
  const node = frame.at ?? frame.fn?.node ?? frame.module.syntax.root;
  return ext(
    path,
    SOURCE_VALUES.test(path)
      ? [{ kind: source[0], label: source[1], site: { module: frame.module, node }, way: [] }]
      : [],
    ref.call,
  );
}

/** Sources that are values themselves, not functions that give one. */
const SOURCE_VALUES = /request\.|os\.environ|sys\.argv|query_params|FLAGS/;

function instanceAttribute(
  ref: Extract<Ref, { kind: "instance" }>,
  value: Value,
  name: string,
  frame: Frame,
  machine: Machine,
): Value | undefined {
  const own = ref.fields.get(name) ?? fieldOf(ref.cls, name);
  const member = memberOf(ref.cls, name);
  if (own !== undefined) return own;
  if (member !== undefined) return boundTo(member, { ...value, refs: [ref] }, "self", frame, machine);
  const dynamic = name === "__getattr__" ? undefined : memberOf(ref.cls, "__getattr__");
  return dynamic === undefined ? undefined : { refs: [], marks: value.marks, open: true };
}

function fieldOf(cls: ClassInfo, name: string): Value | undefined {
  for (const one of lineage(cls)) {
    const field = one.fields.get(name);
    if (field !== undefined) return field;
  }
  return undefined;
}

/** A class and those of the project that it inherits from, nearest first. */
export function lineage(cls: ClassInfo): readonly ClassInfo[] {
  const all: ClassInfo[] = [];
  const open = [cls];
  for (let one = open.shift(); one !== undefined && all.length < DEEPEST_CLASS; one = open.shift()) {
    if (all.includes(one)) continue;
    all.push(one);
    for (const base of one.bases) for (const ref of base.refs) if (ref.kind === "class") open.push(ref.cls);
  }
  return all;
}

/** Paths of the classes outside the project that a class inherits from. */
export function foreignBases(cls: ClassInfo): readonly string[] {
  return lineage(cls).flatMap((one) => one.bases.flatMap(pathsOf));
}

/** A class attribute or method, also an inherited one; of a class outside the project as if of an instance of it. */
export function memberOf(cls: ClassInfo, name: string): Value | undefined {
  for (const one of lineage(cls)) {
    const member = one.members.get(name);
    if (member !== undefined) return member;
  }
  const bases = foreignBases(cls).filter((path) => path !== "object");
  return bases.length === 0
    ? undefined
    : joinAll(bases.slice(0, 3).map((path) => ext(canonical(`${path}().${name}`))));
}

function inherited(cls: ClassInfo, name: string, depth: number): Value | undefined {
  const found: Value[] = [];
  for (const base of cls.bases) {
    for (const ref of base.refs) {
      if (ref.kind === "class" && depth < DEEPEST_CLASS) {
        const member = memberOf(ref.cls, name);
        if (member !== undefined) found.push(member);
      } else if (ref.kind === "ext") found.push(ext(canonical(`${ref.path}().${name}`)));
    }
  }
  return found.length === 0 ? undefined : found.reduce(join);
}

const PROPERTIES =
  /^(property|functools\.cached_property|cached_property|django\.utils\.functional\.cached_property|werkzeug\.utils\.cached_property)$/;

/** A method bound to what it was found on; a property's value. */
function boundTo(member: Value, self: Value, how: "self" | "class", frame: Frame, machine: Machine): Value {
  const refs: Ref[] = [];
  const values: Value[] = [];
  for (const ref of member.refs) {
    if (ref.kind !== "function" || ref.fn.binds === "none" || ref.fn.owner === undefined) refs.push(ref);
    else if (isProperty(ref.fn) && how === "self")
      values.push(machine.invoke(ref.fn, self, NO_ARGS, ref.fn.node, frame));
    else if (how === "class" && ref.fn.binds === "self") refs.push(ref);
    else refs.push({ kind: "bound", fn: ref.fn, self });
  }
  return refs.length === 0 && values.length > 0 ? joinAll(values) : joinAll([{ ...member, refs }, ...values]);
}

function isProperty(fn: FunctionInfo): boolean {
  return fn.decorators.some(({ value }) => pathsOf(value).some((path) => PROPERTIES.test(path)));
}
