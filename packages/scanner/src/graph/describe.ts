import type { Value } from "@modelkeep/formats";

const MAX_DEPTH = 3;
const MAX_ITEMS = 4;
const MAX_TEXT = 80;
const LARGEST_SHOWN = 10n ** 60n;

/** A value as short Python-like pseudo-code for a finding's evidence. Bounded in depth and width; cycles end by depth. */
export function describe(value: Value, depth = 0): string {
  if (depth > MAX_DEPTH) return "…";
  switch (value.kind) {
    case "none":
      return "None";
    case "bool":
      return value.value ? "True" : "False";
    case "int":
      return integer(value.value);
    case "float":
      return String(value.value);
    case "str":
      return quoted(value.value);
    case "bytes":
      return bytesLiteral(value.source.view(0, Math.min(value.source.size, MAX_TEXT)), value.source.size);
    case "global":
      return `${value.module}.${value.name}`;
    case "call":
      return `${describe(value.callee, depth + 1)}${argumentsOf(value.args, depth)}`;
    case "persistent":
      return `persistent(${describe(value.id, depth + 1)})`;
    case "buffer":
      return `buffer(${value.index})`;
    case "array":
      return `array(${value.shape.join("×")} ${value.dtype})`;
    case "list":
    case "tuple":
    case "set":
    case "dict":
      return container(value, depth);
    default:
      return value satisfies never;
  }
}

type Container = Extract<Value, { kind: "list" | "tuple" | "dict" | "set" }>;

function container(value: Container, depth: number): string {
  if (value.kind === "dict") {
    const entries = value.entries.slice(0, MAX_ITEMS);
    const shown = entries.map(([key, item]) => `${describe(key, depth + 1)}: ${describe(item, depth + 1)}`);
    return `{${closed(shown, value.entries.length)}}`;
  }
  const shown = value.items.slice(0, MAX_ITEMS).map((item) => describe(item, depth + 1));
  const inside = closed(shown, value.items.length);
  if (value.kind === "list") return `[${inside}]`;
  if (value.kind === "tuple") return `(${inside})`;
  return `${value.frozen ? "frozenset" : "set"}([${inside}])`;
}

function argumentsOf(args: Value, depth: number): string {
  return args.kind === "tuple" ? describe(args, depth) : `(*${describe(args, depth + 1)})`;
}

function closed(shown: readonly string[], total: number): string {
  return total > shown.length ? `${shown.join(", ")}, …` : shown.join(", ");
}

/** Writing out an integer of a million digits takes longer than reading the file. */
function integer(value: number | bigint): string {
  if (typeof value === "bigint" && (value > LARGEST_SHOWN || value < -LARGEST_SHOWN)) return "<a huge int>";
  return String(value);
}

function quoted(text: string): string {
  const cut = text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text;
  return `'${cut.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}

function bytesLiteral(head: Uint8Array, size: number): string {
  const text = Array.from(head, (byte) =>
    byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, "0")}`,
  ).join("");
  return `b'${text}${size > head.length ? "…" : ""}'`;
}
