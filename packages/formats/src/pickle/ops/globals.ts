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
  m.push(findClass(m, nameLine(m), lastNameLine(m)));
}

function nameLine(m: Machine): string {
  const line = m.input.line();
  m.spend(line.byteLength);
  return decodeStrictUtf8(line, m.at);
}

/** The Python unpickler imports the module even when the file ends before the name's line. */
function lastNameLine(m: Machine): string {
  if (m.input.position < m.input.source.size) return nameLine(m);
  m.ambiguous("the pickle ends before the name of a global");
  return "";
}

/** INST's lines are ASCII; a module or name that is not makes both unpicklers raise before they import. */
export function asciiNames(m: Machine): readonly [module: string, name: string] {
  const module = asciiLine(m);
  return [module, asciiLine(m)];
}

function asciiLine(m: Machine): string {
  const line = m.input.line();
  m.spend(line.byteLength);
  if (!isAscii(line)) m.fail("a name or an id that is not ASCII");
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
  return { kind: "str", value: asciiLine(m), offset: m.at };
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
