import { printable } from "@modelkeep/findings";
import type { Analysis, CallValue, Effect, Graph, Value } from "@modelkeep/formats";
import { describe, describeCall, type Names } from "@modelkeep/scanner/graph/describe";

/** A forest has a million calls; a reader wants the shape. */
const MAX_LINES = 5_000;
const MAX_WIDTH = 240;

/**
 * The object graphs of one file as pseudo-code, in order of execution: each call is a line, its result has a name,
 * and later lines refer to it by that name. Bounded; text from the file cannot control the terminal.
 */
export function traceOf(analysis: Analysis): string {
  return analysis.facts
    .filter((fact) => fact.kind === "graph")
    .map(({ graph, syntax, at }) => {
      const head = `# ${syntax}${at.part === "" ? "" : ` ${printable(at.part)}`}`;
      return `${[head, ...graphLines(graph)].map((line) => printable(line, MAX_WIDTH)).join("\n")}\n\n`;
    })
    .join("");
}

function graphLines(graph: Graph): string[] {
  const names = new Map<Value, string>(graph.calls.map((call, index) => [call, `v${index + 1}`]));
  const steps = [...graph.calls, ...graph.effects].sort((a, b) => a.offset - b.offset);
  const lines: string[] = [];
  for (const step of steps) {
    if (lines.length >= MAX_LINES) return [...lines, `# … ${steps.length} steps in all`];
    lines.push(...("kind" in step ? callLines(step, names) : [effectLine(step, names)]));
  }
  const called = new Set(graph.calls.map((call) => call.callee));
  const imported = graph.globals
    .filter((value) => !called.has(value))
    .map((value) => `import ${value.module}.${value.name}`);
  return [
    ...[...new Set(imported)].slice(0, MAX_LINES),
    ...lines,
    `return ${describe(graph.root, 0, names)}`,
  ];
}

function callLines(call: CallValue, names: Names): string[] {
  const name = names.get(call) ?? "v";
  return [
    `${name} = ${describeCall(call, 0, names)}  # offset ${call.offset}`,
    ...call.states.map((state) => `${name}.__setstate__(${describe(state, 0, names)})`),
    ...(call.appended.length === 0 ? [] : [`${name}.extend(${call.appended.length} items)`]),
    ...(call.entries.length === 0 ? [] : [`${name}.update(${call.entries.length} items)`]),
  ];
}

function effectLine(effect: Effect, names: Names): string {
  const operands = effect.operands.map((operand) => describe(operand, 0, names)).join(", ");
  return `${effect.op}(${describe(effect.target, 0, names)}, ${operands})  # offset ${effect.offset}`;
}
