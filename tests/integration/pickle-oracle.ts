import { bufferSource } from "@modelkeep/bytes";
import { rootContext } from "@modelkeep/formats/context";
import { type PickleReading, tryReadPickle } from "@modelkeep/formats/pickle/read";
import type { Value } from "@modelkeep/formats/value";

/** What one of CPython's unpicklers did with a case. */
export interface Outcome {
  readonly globals: readonly (readonly [module: string, name: string])[];
  readonly calls: number;
  readonly ok: boolean;
  readonly shape: string | null;
  readonly error?: string;
}

export interface OracleCase {
  readonly data: string;
  readonly c: Outcome;
  readonly py: Outcome;
}

/**
 * How the machine falls short of CPython on one case: an import or call that it missed, or a reading without any
 * issue that is not what both unpicklers make of it.
 * @returns one line for each shortcoming
 */
export function shortcomings({ data, c, py }: OracleCase): string[] {
  const reading = tryReadPickle(bufferSource(Buffer.from(data, "hex")), 0, rootContext());
  const lines = [...missed("C", c, reading), ...missed("Python", py, reading)];
  if (reading.root === undefined) {
    if (c.ok || py.ok) lines.push(`refused, but read by ${c.ok ? "C" : "Python"}: ${issuesOf(reading)}`);
    return lines;
  }
  if (reading.issues.length > 0) return lines;
  const shape = shapeOf(reading.root, 0);
  for (const [who, outcome] of [
    ["C", c],
    ["Python", py],
  ] as const) {
    if (outcome.ok && outcome.shape !== shape) lines.push(`${who} reads ${outcome.shape}, we read ${shape}`);
  }
  // BUILD with an empty state on a plain value: C raises, Python does not. The effect is there to be judged.
  if (c.ok !== py.ok && reading.graph.effects.length === 0)
    lines.push(`unpicklers differ (${c.error ?? py.error}), we see nothing odd`);
  return lines;
}

export function issuesOf(reading: PickleReading): string {
  return reading.issues.map((issue) => `${issue.code}: ${issue.message}`).join("; ");
}

function missed(who: string, outcome: Outcome, reading: PickleReading): string[] {
  const ours = reading.graph.globals.map(({ module, name, written }) =>
    written === undefined ? `${module}\n${name}` : `${written.module}\n${written.name}`,
  );
  const lines: string[] = [];
  let next = 0;
  for (const [module, name] of outcome.globals) {
    const found = ours.indexOf(`${module}\n${name}`, next);
    if (found === -1) lines.push(`${who} imports ${JSON.stringify([module, name])}: ${issuesOf(reading)}`);
    else next = found + 1;
  }
  if (outcome.calls > reading.graph.calls.length) {
    lines.push(`${who} calls ${outcome.calls} times, we ${reading.graph.calls.length}: ${issuesOf(reading)}`);
  }
  return lines;
}

const MAX_DEPTH = 5;
const MAX_ITEMS = 50;

/** The same text as `shape` of pickle_oracle.py. */
function shapeOf(value: Value, depth: number): string {
  if (depth > MAX_DEPTH) return "...";
  switch (value.kind) {
    case "none":
      return "None";
    case "bool":
      return value.value ? "True" : "False";
    case "int":
      return BigInt(value.value) < 1n << 200n && BigInt(value.value) > -(1n << 200n)
        ? `${value.value}`
        : "int";
    case "float":
      return Number.isNaN(value.value) ? "nan" : floatHex(value.value);
    case "str":
      return `s${Buffer.from(value.value, "utf16le").swap16().toString("hex")}`;
    case "bytes":
      return (
        (value.mutable ? "bytear" : "bytes") +
        Buffer.from(value.source.view(0, value.source.size)).toString("hex")
      );
    case "list":
    case "tuple":
      return `${value.kind}(${value.items
        .slice(0, MAX_ITEMS)
        .map((item) => shapeOf(item, depth + 1))
        .join(",")})`;
    case "dict":
      return "dict";
    case "set":
      return value.frozen ? "frozenset" : "set";
    case "global":
    case "call":
    case "persistent":
    case "buffer":
    case "array":
      break;
  }
  return "object";
}

function floatHex(value: number): string {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleBE(value);
  return bytes.toString("hex");
}
