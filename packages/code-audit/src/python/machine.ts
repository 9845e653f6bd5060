import type { ClassInfo, FunctionInfo, Module } from "./types.ts";
import type { BindFact, CallFact, TextFact, Where } from "./types.ts";
import { type Frame, VERIFIED } from "./frame.ts";
import type { Node } from "./node.ts";
import type { Args, Value } from "./value.ts";

/** What the parts of the evaluator ask of each other. Implemented by `Evaluator`. */
export interface Machine {
  /** What an expression may be; records the facts in it. */
  evaluate(node: Node | undefined, frame: Frame): Value;
  /** Runs the statements below a node in order. */
  run(block: Node | undefined, frame: Frame): void;
  /** Runs one statement. */
  runOne(statement: Node, frame: Frame): void;
  /** Result of calling a value. @param through the node that names what is called */
  call(callee: Value, args: Args, node: Node, frame: Frame, through?: Node): Value;
  /** Result of a project function. */
  invoke(fn: FunctionInfo, self: Value | undefined, args: Args, node: Node, frame: Frame): Value;
  instantiate(cls: ClassInfo, args: Args, node: Node, frame: Frame): Value;
  attribute(value: Value, name: string, frame: Frame): Value;
  /** Binds what is on the left of an assignment. */
  bind(target: Node, value: Value, frame: Frame, valueNode?: Node): void;
  /** A function that a node defines; it waits in the queue to be evaluated by itself when `frame` is not within a call. */
  define(
    node: Node,
    frame: Frame,
    owner?: FunctionInfo["owner"],
    decorators?: FunctionInfo["decorators"],
  ): FunctionInfo;
  moduleOf(dotted: string, level: number, from: Module): Module | undefined;
  onCall(fact: CallFact): void;
  onBind(fact: BindFact): void;
  onText(fact: TextFact): void;
}

/** The text of a node. */
export function textOf(node: Node, frame: Frame): string {
  return frame.module.source.text.slice(node.start, node.end);
}

/** The circumstances of a node. */
export function here(node: Node, frame: Frame): Where {
  const { module, fn, way, entry } = frame;
  return { module, node, fn, way, entry, verified: frame.state.has(VERIFIED), handler: frame.handlers > 0 };
}
