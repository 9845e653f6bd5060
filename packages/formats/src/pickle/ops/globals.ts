import { isAscii } from "node:buffer";
import { FormatError } from "../../context.ts";
import type { GlobalValue, Value } from "../../value.ts";
import { renamed } from "../compat.ts";
import type { Machine } from "../machine.ts";
import { decodeStrictUtf8 } from "../text.ts";
import type { Handler } from "./handler.ts";

/** Opcodes that look names up, or leave looking up to the loader. */
export const GLOBALS: readonly (readonly [name: string, handler: Handler])[] = [
  ["GLOBAL", global],
  ["STACK_GLOBAL", stackGlobal],
  ["EXT1", (m) => extension(m, m.input.u8())],
  ["EXT2", (m) => extension(m, m.input.u16())],
  ["EXT4", (m) => extension(m, m.input.i32())],
  ["PERSID", (m) => persistent(m, persistentText(m))],
  ["BINPERSID", (m) => persistent(m, m.pop())],
  ["NEXT_BUFFER", nextBuffer],
  ["READONLY_BUFFER", readonlyBuffer],
];

/** Protocols below 3 are read with Python 2's names renamed. */
const FIRST_UNMAPPED_PROTOCOL = 3;

/**
 * Notes an import as CPython's `find_class` would make it. The module is imported even if the name is then missing.
 */
export function findClass(m: Machine, module: string, name: string): GlobalValue {
  const mapped = m.protocol < FIRST_UNMAPPED_PROTOCOL ? renamed(module, name) : undefined;
  const value: GlobalValue =
    mapped === undefined
      ? { kind: "global", module, name, offset: m.at }
      : { kind: "global", module: mapped[0], name: mapped[1], written: { module, name }, offset: m.at };
  m.allocate(4);
  m.trail.globals.push(value);
  return value;
}

function global(m: Machine): void {
  m.push(findNamed(m, decodeStrictUtf8));
}

/**
 * The global of two lines.
 * @param decode how the lines are decoded; throws where both unpicklers raise before they import
 */
export function findNamed(m: Machine, decode: (line: Uint8Array, offset: number) => string): GlobalValue {
  const module = nameLine(m, decode);
  return findClass(m, module, nameLine(m, decode));
}

function nameLine(m: Machine, decode: (line: Uint8Array, offset: number) => string): string {
  if (m.input.atEnd) {
    m.ambiguous("the pickle ends before the name of a global: the Python unpickler still imports its module");
    return "";
  }
  const line = m.input.line();
  m.spend(line.byteLength);
  if (line.byteLength === 0) m.ambiguous("an empty line in the name of a global: the C unpickler refuses it");
  return decode(line, m.at);
}

/** INST's lines and persistent ids are ASCII; what is not makes both unpicklers raise at once. */
export function decodeAscii(line: Uint8Array, offset: number): string {
  if (!isAscii(line)) throw new FormatError("malformed", "a name or an id that is not ASCII", offset);
  return Buffer.from(line.buffer, line.byteOffset, line.byteLength).toString("latin1");
}

function stackGlobal(m: Machine): void {
  const name = m.pop();
  const module = m.pop();
  if (module.kind === "str" && name.kind === "str") {
    return m.push(findClass(m, module.value, name.value));
  }
  if (!mayBeText(module) || !mayBeText(name)) m.fail("STACK_GLOBAL wants two strings");
  m.issue(
    new FormatError("unsupported", "STACK_GLOBAL with a name that only running a call would tell", m.at),
  );
  m.push(findClass(m, computed(module), computed(name)));
}

/** Whether running the pickle could yield a `str` here. */
function mayBeText(value: Value): boolean {
  return value.kind === "str" || value.kind === "call" || value.kind === "persistent";
}

function computed(value: Value): string {
  return value.kind === "str" ? value.value : "<computed>";
}

/** What a code means is up to `copyreg`'s registry in the loading process, to which a pickle can itself add. */
function extension(m: Machine, code: number): void {
  if (code <= 0) m.fail(`extension code ${code} is not positive`);
  m.issue(new FormatError("unsupported", `extension code ${code} of copyreg's registry`, m.at));
  const registry = findClass(m, "copyreg", "_inverted_registry");
  const args: Value = { kind: "tuple", items: [{ kind: "int", value: code }], offset: m.at };
  m.push(m.call("EXT", registry, args));
}

function persistentText(m: Machine): Value {
  const line = m.input.line();
  m.spend(line.byteLength);
  return { kind: "str", value: decodeAscii(line, m.at), offset: m.at };
}

/** Without a `persistent_load` unpickling ends here; with one (torch) it goes on. */
function persistent(m: Machine, id: Value): void {
  const value: Value = { kind: "persistent", id, offset: m.at };
  m.allocate(2);
  m.trail.persistent.push(value);
  m.push(value);
}

function nextBuffer(m: Machine): void {
  m.allocate();
  m.push({ kind: "buffer", index: m.buffers, readonly: false, offset: m.at });
  m.buffers += 1;
}

/** `memoryview(value).toreadonly()`: bytes and out-of-band buffers stay what they are. */
function readonlyBuffer(m: Machine): void {
  const value = m.pop();
  if (value.kind === "buffer") return m.push({ ...value, readonly: true });
  if (value.kind !== "bytes" && value.kind !== "call" && value.kind !== "persistent") {
    m.fail("READONLY_BUFFER wants a buffer");
  }
  if (value.kind !== "bytes" || value.mutable) {
    m.issue(
      new FormatError("unsupported", "READONLY_BUFFER on something that is no out-of-band buffer", m.at),
    );
  }
  m.push(value);
}
