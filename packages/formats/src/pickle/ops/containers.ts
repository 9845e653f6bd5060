import { FormatError } from "../../context.ts";
import type { Value } from "../../value.ts";
import type { Machine } from "../machine.ts";
import type { Handler } from "./handler.ts";

/** Opcodes that make and fill containers. */
export const CONTAINERS: readonly (readonly [name: string, handler: Handler])[] = [
  ["EMPTY_TUPLE", (m) => tuple(m, [])],
  ["TUPLE1", (m) => tuple(m, [m.pop()])],
  ["TUPLE2", tuple2],
  ["TUPLE3", tuple3],
  ["TUPLE", (m) => tuple(m, m.popToMark())],
  ["EMPTY_LIST", (m) => list(m, [])],
  ["LIST", (m) => list(m, m.popToMark())],
  ["EMPTY_DICT", (m) => dict(m, [])],
  ["DICT", (m) => dict(m, m.popToMark())],
  ["EMPTY_SET", (m) => set(m, [], false)],
  ["FROZENSET", (m) => set(m, m.popToMark(), true)],
  ["APPEND", (m) => append(m, [m.pop()])],
  ["APPENDS", (m) => append(m, m.popToMark())],
  ["SETITEM", setItem],
  ["SETITEMS", (m) => setItems(m, m.popToMark())],
  ["ADDITEMS", addItems],
];

function tuple(m: Machine, items: Value[]): void {
  m.allocate(items.length);
  m.push({ kind: "tuple", items, offset: m.at });
}

function tuple2(m: Machine): void {
  const second = m.pop();
  tuple(m, [m.pop(), second]);
}

function tuple3(m: Machine): void {
  const third = m.pop();
  const second = m.pop();
  tuple(m, [m.pop(), second, third]);
}

function list(m: Machine, items: Value[]): void {
  m.allocate(2 + items.length);
  m.push({ kind: "list", items, offset: m.at });
}

function set(m: Machine, items: Value[], frozen: boolean): void {
  m.allocate(2 + items.length);
  m.push({ kind: "set", frozen, items, offset: m.at });
}

function dict(m: Machine, items: readonly Value[]): void {
  const entries: [Value, Value][] = [];
  m.allocate(2 + 4 * items.length);
  addPairs(m, entries, items);
  m.push({ kind: "dict", entries, offset: m.at });
}

/** The Python unpickler sets all whole pairs before it raises about an odd one, so they are kept. */
function addPairs(m: Machine, entries: [Value, Value][], items: readonly Value[]): void {
  for (let i = 0; i + 1 < items.length; i += 2) {
    const key = items[i];
    const value = items[i + 1];
    if (key !== undefined && value !== undefined) entries.push([key, value]);
  }
  if (items.length % 2 === 1) throw new FormatError("malformed", "a key without a value", m.at);
}

/** APPEND(S): `.append` or `.extend` of whatever the target is. */
function append(m: Machine, items: readonly Value[]): void {
  const target = m.top();
  m.spend(8 * items.length);
  m.changes(target);
  if (target.kind === "list") pushAll(target.items, items);
  else if (target.kind === "call") pushAll(target.appended, items);
  else m.effect("APPEND", target, items);
}

function pushAll(to: Value[], items: readonly Value[]): void {
  for (const item of items) to.push(item);
}

function setItem(m: Machine): void {
  const value = m.pop();
  const key = m.pop();
  setItems(m, [key, value]);
}

function setItems(m: Machine, items: readonly Value[]): void {
  const target = m.top();
  m.spend(32 * items.length);
  m.changes(target);
  if (target.kind === "dict" || target.kind === "call") addPairs(m, target.entries, items);
  else m.effect("SETITEM", target, items);
}

function addItems(m: Machine): void {
  const items = m.popToMark();
  const target = m.top();
  m.changes(target);
  if (target.kind === "set" && !target.frozen) pushAll(target.items, items);
  else m.effect("ADDITEM", target, items);
}
