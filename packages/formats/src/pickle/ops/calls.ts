import type { Value } from "../../value.ts";
import type { Machine } from "../machine.ts";
import { decodeAscii, findNamed } from "./globals.ts";
import type { Handler } from "./handler.ts";

/** Opcodes that call something, or hand a state to its result. */
export const CALLS: readonly (readonly [name: string, handler: Handler])[] = [
  ["REDUCE", reduce],
  ["NEWOBJ", newObject],
  ["NEWOBJ_EX", newObjectEx],
  ["INST", inst],
  ["OBJ", obj],
  ["BUILD", build],
];

function reduce(m: Machine): void {
  const args = m.pop();
  const callee = m.pop();
  checkTuple(m, args);
  m.push(m.call("REDUCE", callee, args));
}

/** The C unpickler takes a tuple only, the Python one anything that can be iterated. */
function checkTuple(m: Machine, args: Value): void {
  if (args.kind === "tuple" || args.kind === "call" || args.kind === "persistent") return;
  m.ambiguous(
    `arguments that are no tuple but a ${args.kind}: the Python unpickler calls, the C one refuses`,
  );
}

function newObject(m: Machine): void {
  const args = m.pop();
  const callee = m.pop();
  checkTuple(m, args);
  m.push(m.call("NEWOBJ", callee, args));
}

function newObjectEx(m: Machine): void {
  const kwargs = m.pop();
  const args = m.pop();
  const callee = m.pop();
  checkTuple(m, args);
  if (kwargs.kind !== "dict" && kwargs.kind !== "call") {
    m.ambiguous(`keyword arguments that are no dict but a ${kwargs.kind}`);
  }
  m.push(m.call("NEWOBJ_EX", callee, args, kwargs));
}

function inst(m: Machine): void {
  // In this order: the Python unpickler imports before it looks for the mark.
  const callee = findNamed(m, decodeAscii);
  const items = m.popToMark();
  m.push(m.call("INST", callee, { kind: "tuple", items, offset: m.at }));
}

function obj(m: Machine): void {
  const [callee, ...items] = m.popToMark();
  if (callee === undefined) m.fail("OBJ without a class");
  m.allocate(items.length);
  m.push(m.call("OBJ", callee, { kind: "tuple", items, offset: m.at }));
}

/** BUILD: `__setstate__(state)`, or an update of `__dict__` and slots. */
function build(m: Machine): void {
  const state = m.pop();
  const target = m.top();
  if (target.kind !== "call") return m.effect("BUILD", target, [state]);
  m.spend(8);
  m.changes(target);
  m.consume(state);
  target.states.push(state);
  const replacement = m.onBuild?.(m, target);
  if (replacement === undefined) return;
  m.pop();
  m.push(replacement);
}
