import type { Analysis } from "../analysis.ts";
import type { CallValue, Effect, GlobalValue, Graph, Value } from "../value.ts";

export interface TraceOptions {
  /** Lines after which the trace is cut off (default 2,000). */
  readonly maxLines?: number;
  /** Values written out within one line (default 40). */
  readonly maxItems?: number;
}

const MAX_LINES = 2_000;
const MAX_ITEMS = 40;
const MAX_TEXT = 80;
const MAX_DEPTH = 4;

/** The graphs of an analysis as pseudo-code, each under a line that says where it stands; its problems last. */
export function traceAnalysis(analysis: Analysis, options: TraceOptions = {}): string {
  const sections = analysis.facts.map((fact) => {
    const where = `${quoteName(fact.at.part)}@${fact.at.offset}`;
    if (fact.kind === "graph") return `# ${fact.syntax} ${where}\n${traceGraph(fact.graph, options)}`;
    if (fact.kind === "problem") return `# ${fact.code} ${where}: ${escapeText(fact.message)}\n`;
    return "";
  });
  return sections.join("");
}

/**
 * What unpickling executes, as pseudo-code in order: one line for each import, call and effect. Results of calls are
 * named `v0`, `v1`, … so that shared and cyclic values stay readable. Text is escaped: nothing a terminal obeys is printed.
 */
export function traceGraph(graph: Graph, options: TraceOptions = {}): string {
  const writer = new TraceWriter(graph, options.maxItems ?? MAX_ITEMS);
  const maxLines = options.maxLines ?? MAX_LINES;
  const lines: string[] = [];
  for (const line of writer.lines()) {
    if (lines.length === maxLines) {
      lines.push(`# … more than ${maxLines} lines\n`);
      break;
    }
    lines.push(`${line}\n`);
  }
  return lines.join("");
}

class TraceWriter {
  readonly #graph: Graph;
  readonly #maxItems: number;
  readonly #names = new Map<Value, string>();
  #left = 0;

  constructor(graph: Graph, maxItems: number) {
    this.#graph = graph;
    this.#maxItems = maxItems;
    graph.calls.forEach((call, i) => this.#names.set(call, `v${i}`));
  }

  /** Imports, calls and effects merged; each list is in order already, so by offset. */
  *lines(): Generator<string> {
    const { globals, calls, effects, root } = this.#graph;
    const heads = [0, 0, 0];
    for (;;) {
      const [g, c, e] = heads;
      const steps = [globals[g ?? 0], calls[c ?? 0], effects[e ?? 0]];
      const offsets = steps.map((step) => step?.offset ?? Number.POSITIVE_INFINITY);
      const first = offsets.indexOf(Math.min(...offsets));
      const step = steps[first];
      if (step === undefined) break;
      heads[first] = (heads[first] ?? 0) + 1;
      yield* this.#step(step);
    }
    yield `return ${this.#write(root)}`;
  }

  #step(step: GlobalValue | CallValue | Effect): string[] {
    if ("op" in step) {
      const operands = [step.target, ...step.operands].map((value) => this.#write(value));
      return [`${step.op}(${operands.join(", ")})`];
    }
    if (step.kind === "call") return this.#call(step);
    return [`import ${escapeText(step.module)}: ${escapeText(step.name)}`];
  }

  #call(call: CallValue): string[] {
    const name = this.#names.get(call) ?? "v?";
    const kwargs = call.kwargs === undefined ? "" : `, **${this.#write(call.kwargs)}`;
    const args = call.args.kind === "tuple" ? this.#items(call.args.items) : `*${this.#write(call.args)}`;
    const made = call.via === "NEWOBJ" || call.via === "NEWOBJ_EX" ? ".__new__" : "";
    return [
      `${name} = ${this.#write(call.callee)}${made}(${args}${kwargs})`,
      ...call.states.map((state) => `${name}.__setstate__(${this.#write(state)})`),
      ...(call.appended.length > 0 ? [`${name}.extend([${this.#items(call.appended)}])`] : []),
      ...(call.entries.length > 0 ? [`${name}.update({${this.#entries(call.entries)}})`] : []),
    ];
  }

  /** One value; what goes deeper than a few levels, or beyond the number of items, is an ellipsis. */
  #write(value: Value): string {
    this.#left = this.#maxItems;
    return this.#value(value, 0);
  }

  #items(items: readonly Value[]): string {
    this.#left = this.#maxItems;
    return this.#list(items, 0);
  }

  #entries(entries: readonly (readonly [Value, Value])[]): string {
    this.#left = this.#maxItems;
    return this.#pairs(entries, 0);
  }

  #list(items: readonly Value[], depth: number): string {
    return this.#joined(items, (item) => this.#value(item, depth));
  }

  #pairs(entries: readonly (readonly [Value, Value])[], depth: number): string {
    return this.#joined(entries, ([key, item]) => `${this.#value(key, depth)}: ${this.#value(item, depth)}`);
  }

  #joined<T>(items: readonly T[], write: (item: T) => string): string {
    const texts: string[] = [];
    for (const item of items) {
      if (this.#left-- <= 0) {
        texts.push(`… ${items.length} in all`);
        break;
      }
      texts.push(write(item));
    }
    return texts.join(", ");
  }

  #value(value: Value, depth: number): string {
    if (depth > MAX_DEPTH) return "…";
    switch (value.kind) {
      case "none":
        return "None";
      case "bool":
        return value.value ? "True" : "False";
      case "int":
        return clip(value.value.toString(16).length > MAX_TEXT ? "<large int>" : `${value.value}`);
      case "float":
        return `${value.value}`;
      case "str":
        return quote(value.value);
      case "bytes":
        return `<${value.mutable ? "bytearray" : "bytes"} of ${value.source.size}>`;
      case "list":
        return `[${this.#list(value.items, depth + 1)}]`;
      case "tuple":
        return `(${this.#list(value.items, depth + 1)}${value.items.length === 1 ? "," : ""})`;
      case "dict":
        return `{${this.#pairs(value.entries, depth + 1)}}`;
      case "set":
        return `${value.frozen ? "frozenset" : "set"}([${this.#list(value.items, depth + 1)}])`;
      case "global":
        return escapeText(`${value.module}.${value.name}`);
      case "call":
        return this.#names.get(value) ?? `<call at ${value.offset}>`;
      case "persistent":
        return `persistent_load(${this.#value(value.id, depth + 1)})`;
      case "buffer":
        return `<buffer ${value.index}>`;
      case "array":
        break;
    }
    return `<array ${escapeText(value.dtype)} [${value.shape.join(", ")}]>`;
  }
}

function quote(text: string): string {
  return `'${escapeText(text)}'`;
}

function quoteName(part: string): string {
  return part === "" ? "" : `${escapeText(part)} `;
}

function clip(text: string): string {
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text;
}

/** Controls, format characters (which can reorder text) and lone surrogates become escapes; long text is cut. */
function escapeText(text: string): string {
  return clip(text).replaceAll(/[\p{C}\p{Zl}\p{Zp}'\\]/gu, (char) => {
    if (char === "'" || char === "\\") return `\\${char}`;
    return `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`;
  });
}
