import type { CallValue, Graph, GlobalValue, Value } from "@modelkeep/formats";
import { classArguments } from "./class-arguments.ts";

/** Globals that are used other than as the callee of a call or the class that it makes: in a container, as the root. */
export function referencedGlobals(graph: Graph): ReadonlySet<GlobalValue> {
  const found = new Set<GlobalValue>();
  const seen = new Set<Value>();
  const todo: Value[] = [graph.root];
  for (const call of graph.calls) todo.push(call);
  for (const effect of graph.effects) todo.push(effect.target, ...effect.operands);
  for (const persistent of graph.persistent) todo.push(persistent.id);
  for (let value = todo.pop(); value !== undefined; value = todo.pop()) {
    if (value.kind === "global") found.add(value);
    else if (!seen.has(value)) expand(value, seen, todo);
  }
  return found;
}

function expand(value: Value, seen: Set<Value>, todo: Value[]): void {
  if (LEAVES.has(value.kind)) return;
  seen.add(value);
  if (value.kind === "list" || value.kind === "tuple" || value.kind === "set") {
    for (const item of value.items) todo.push(item);
  } else if (value.kind === "dict") pushEntries(value.entries, todo);
  else if (value.kind === "call") expandCall(value, todo);
  else if (value.kind === "persistent") todo.push(value.id);
  else if (value.kind === "array" && value.objects !== undefined) todo.push(value.objects);
}

/** Not worth remembering: they hold nothing. */
const LEAVES: ReadonlySet<Value["kind"]> = new Set([
  "none",
  "bool",
  "int",
  "float",
  "str",
  "bytes",
  "buffer",
]);

function expandCall(call: CallValue, todo: Value[]): void {
  if (call.callee.kind !== "global") todo.push(call.callee);
  pushArguments(call, todo);
  if (call.kwargs !== undefined) todo.push(call.kwargs);
  for (const state of call.states) pushState(call, state, todo);
  for (const item of call.appended) todo.push(item);
  pushEntries(call.entries, todo);
}

function pushArguments(call: CallValue, todo: Value[]): void {
  const judged = classArguments(call);
  if (judged.length === 0 || call.args.kind !== "tuple") todo.push(call.args);
  else for (const item of call.args.items) if (!isJudged(item, judged)) todo.push(item);
}

function pushState(call: CallValue, state: Value, todo: Value[]): void {
  const judged = classArguments(call);
  if (judged.length === 0 || state.kind !== "dict") return void todo.push(state);
  for (const [key, item] of state.entries) {
    todo.push(key);
    if (!isJudged(item, judged)) todo.push(item);
  }
}

function isJudged(value: Value, judged: readonly GlobalValue[]): boolean {
  return value.kind === "global" && judged.includes(value);
}

function pushEntries(entries: readonly (readonly [Value, Value])[], todo: Value[]): void {
  for (const [key, item] of entries) todo.push(key, item);
}
