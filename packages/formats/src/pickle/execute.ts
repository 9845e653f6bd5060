import { sliceSource } from "@modelkeep/bytes";
import { FormatError } from "../context.ts";
import type { Value } from "../value.ts";
import { IMPORT_MAPPING, NAME_MAPPING } from "./compat.ts";
import type { Machine } from "./machine.ts";
import { OP } from "./opcodes.ts";
import type { PickleReader } from "./pickle-reader.ts";
import { bytesValue, FALSE, FileString, intValue, NONE, TRUE } from "./scalars.ts";
import * as text from "./text-arguments.ts";

const MAX_LINE = 1 << 20;
/** A LONG4 of more bytes is no model's number, and converting it is quadratic in some readers. */
const MAX_LONG_BYTES = 1 << 20;
const HIGHEST_PROTOCOL = 5;

/** Executes one opcode. @returns true when it was STOP */
export function execute(op: number, m: Machine, r: PickleReader): boolean {
  if (op === OP.STOP) return true;
  if (!scalar(op, m, r) && !structure(op, m, r) && !objects(op, m, r)) {
    throw new FormatError("malformed", `0x${op.toString(16).padStart(2, "0")} is no pickle opcode`, m.at);
  }
  return false;
}

function fileString(m: Machine, r: PickleReader, length: number): void {
  m.push(new FileString(r.source, r.skip(length), length, m.at));
}

function fileBytes(m: Machine, r: PickleReader, length: number, mutable = false): void {
  m.push(bytesValue(sliceSource(r.source, r.skip(length), length, r.source.name), m.at, mutable));
}

/** Python 2 strings: text under the encodings that victims pass (ASCII, latin1), bytes only under `encoding="bytes"`. */
function oldString(m: Machine, r: PickleReader, length: number): void {
  if (length < 0) m.fail("a string of negative length");
  m.push({ kind: "str", value: text.latin1(r.bytes(length)), offset: m.at });
}

function str(m: Machine, value: string): void {
  m.push({ kind: "str", value, offset: m.at });
}

function long(m: Machine, r: PickleReader, length: number): void {
  if (length < 0) m.fail("a long integer of negative length");
  if (length > MAX_LONG_BYTES) throw new FormatError("budget", `an integer of ${length} bytes`, m.at);
  const bytes = r.bytes(length);
  if (length === 0) return m.push(intValue(0));
  const magnitude = BigInt(`0x${Buffer.from(bytes).reverse().toString("hex")}`);
  m.push(intValue(BigInt.asIntN(8 * length, magnitude)));
}

function scalar(op: number, m: Machine, r: PickleReader): boolean {
  switch (op) {
    case OP.BINUNICODE:
      fileString(m, r, r.u32());
      return true;
    case OP.SHORT_BINUNICODE:
      fileString(m, r, r.u8());
      return true;
    case OP.BININT1:
      m.push(intValue(r.u8()));
      return true;
    case OP.BININT:
      m.push(intValue(r.i32()));
      return true;
    case OP.BININT2:
      m.push(intValue(r.u16()));
      return true;
    case OP.BINFLOAT:
      m.push({ kind: "float", value: r.f64() });
      return true;
    case OP.NONE:
      m.push(NONE);
      return true;
    case OP.NEWTRUE:
      m.push(TRUE);
      return true;
    case OP.NEWFALSE:
      m.push(FALSE);
      return true;
    case OP.BINBYTES:
      fileBytes(m, r, r.u32());
      return true;
    case OP.SHORT_BINBYTES:
      fileBytes(m, r, r.u8());
      return true;
    case OP.BINBYTES8:
      fileBytes(m, r, r.u64());
      return true;
    case OP.BYTEARRAY8:
      fileBytes(m, r, r.u64(), true);
      return true;
    case OP.BINUNICODE8:
      fileString(m, r, r.u64());
      return true;
    case OP.LONG1:
      long(m, r, r.u8());
      return true;
    case OP.LONG4:
      long(m, r, r.i32());
      return true;
    case OP.BINSTRING:
      oldString(m, r, r.i32());
      return true;
    case OP.SHORT_BINSTRING:
      oldString(m, r, r.u8());
      return true;
    case OP.INT:
      m.push(text.parseInt10(r.line(MAX_LINE), m.at));
      return true;
    case OP.LONG:
      m.push(text.parseLong(r.line(MAX_LINE), m.at));
      return true;
    case OP.FLOAT:
      m.push(text.parseFloatLine(r.line(MAX_LINE), m.at));
      return true;
    case OP.STRING:
      str(m, text.parseQuoted(r.line(MAX_LINE), m.at));
      return true;
    case OP.UNICODE:
      str(m, text.parseRawUnicode(r.line(MAX_LINE), m.at));
      return true;
    default:
      return false;
  }
}

function structure(op: number, m: Machine, r: PickleReader): boolean {
  switch (op) {
    case OP.MEMOIZE:
      m.put(m.memo.size);
      return true;
    case OP.BINPUT:
      m.put(r.u8());
      return true;
    case OP.LONG_BINPUT:
      m.put(r.u32());
      return true;
    case OP.PUT:
      m.put(text.parseIndex(r.line(MAX_LINE), m.at));
      return true;
    case OP.BINGET:
      m.get(r.u8());
      return true;
    case OP.LONG_BINGET:
      m.get(r.u32());
      return true;
    case OP.GET:
      m.get(text.parseIndex(r.line(MAX_LINE), m.at));
      return true;
    case OP.MARK:
      m.marks.push(m.stack.length);
      return true;
    case OP.POP:
      m.discard();
      return true;
    case OP.POP_MARK:
      m.popMark();
      return true;
    case OP.DUP:
      m.push(m.top());
      return true;
    case OP.EMPTY_TUPLE:
      m.push(m.tuple([]));
      return true;
    case OP.TUPLE1:
      m.push(m.tuple([m.pop()]));
      return true;
    case OP.TUPLE2:
      m.push(m.tuple([m.pop(), m.pop()].reverse()));
      return true;
    case OP.TUPLE3:
      m.push(m.tuple([m.pop(), m.pop(), m.pop()].reverse()));
      return true;
    case OP.TUPLE:
      m.push(m.tuple(m.popMark()));
      return true;
    case OP.EMPTY_LIST:
      m.push({ kind: "list", items: [], offset: m.at });
      return true;
    case OP.LIST:
      m.push({ kind: "list", items: m.popMark(), offset: m.at });
      return true;
    case OP.EMPTY_DICT:
      m.push({ kind: "dict", entries: [], offset: m.at });
      return true;
    case OP.DICT:
      m.push({ kind: "dict", entries: m.pairs(m.popMark()), offset: m.at });
      return true;
    case OP.EMPTY_SET:
      m.push({ kind: "set", frozen: false, items: [], offset: m.at });
      return true;
    case OP.FROZENSET:
      m.push({ kind: "set", frozen: true, items: m.popMark(), offset: m.at });
      return true;
    case OP.APPEND:
      m.append([m.pop()]);
      return true;
    case OP.APPENDS:
      m.append(m.popMark());
      return true;
    case OP.ADDITEMS:
      m.addItems(m.popMark());
      return true;
    case OP.SETITEM:
      m.setItems([m.pop(), m.pop()].reverse());
      return true;
    case OP.SETITEMS:
      m.setItems(m.popMark());
      return true;
    default:
      return false;
  }
}

function objects(op: number, m: Machine, r: PickleReader): boolean {
  switch (op) {
    case OP.PROTO:
      protocol(m, r.u8());
      return true;
    case OP.FRAME:
      frame(m, r, r.u64());
      return true;
    case OP.GLOBAL:
      m.push(global(m, text.parseName(r.line(MAX_LINE)), text.parseName(r.line(MAX_LINE))));
      return true;
    case OP.STACK_GLOBAL:
      stackGlobal(m);
      return true;
    case OP.REDUCE: {
      const args = m.pop();
      m.call("REDUCE", m.pop(), args);
      return true;
    }
    case OP.NEWOBJ: {
      const args = m.pop();
      m.call("NEWOBJ", m.pop(), args);
      return true;
    }
    case OP.NEWOBJ_EX: {
      const kwargs = m.pop();
      const args = m.pop();
      m.call("NEWOBJ_EX", m.pop(), args, kwargs);
      return true;
    }
    case OP.INST:
      inst(m, r);
      return true;
    case OP.OBJ:
      obj(m);
      return true;
    case OP.BUILD:
      m.build();
      return true;
    case OP.PERSID:
      persistent(m, text.parsePersistentId(r.line(MAX_LINE), m.at));
      return true;
    case OP.BINPERSID:
      persistent(m, m.pop());
      return true;
    case OP.EXT1:
    case OP.EXT2:
    case OP.EXT4:
      return extension(m);
    case OP.NEXT_BUFFER:
      m.push({ kind: "buffer", index: m.nextBuffer++, readonly: false, offset: m.at });
      return true;
    case OP.READONLY_BUFFER:
      m.push(m.pop());
      return true;
    default:
      return false;
  }
}

function protocol(m: Machine, version: number): void {
  if (version > HIGHEST_PROTOCOL) m.fail(`unknown pickle protocol ${version}`);
  m.protocol = version;
}

/** CPython's C reader ignores where a frame ends; the Python one fails where a read crosses it. The C reading sees more. */
function frame(m: Machine, r: PickleReader, length: number): void {
  if (length > r.source.size - r.pos)
    throw new FormatError("truncated", `a frame of ${length} bytes leaves the file`, m.at);
}

function global(m: Machine, module: string, name: string): Value {
  const asWritten = { kind: "global", module, name, offset: m.at } as const;
  const mapped = m.protocol < 3 ? mapped2to3(module, name) : undefined;
  m.globals.push(asWritten);
  if (mapped === undefined) return asWritten;
  const asRead = { kind: "global", module: mapped[0], name: mapped[1], offset: m.at } as const;
  m.globals.push(asRead);
  return asRead;
}

/** What `fix_imports` makes of a Python 2 name, when that is another. */
function mapped2to3(module: string, name: string): readonly [string, string] | undefined {
  const byName = NAME_MAPPING.get(`${module}\n${name}`);
  if (byName !== undefined) return byName;
  const byModule = IMPORT_MAPPING.get(module);
  return byModule === undefined ? undefined : [byModule, name];
}

function stackGlobal(m: Machine): void {
  const name = m.pop();
  const module = m.pop();
  if (name.kind !== "str" || module.kind !== "str") m.fail("STACK_GLOBAL needs two strings");
  m.push(global(m, module.value, name.value));
}

function inst(m: Machine, r: PickleReader): void {
  const module = text.parseName(r.line(MAX_LINE));
  const callee = global(m, module, text.parseName(r.line(MAX_LINE)));
  m.call("INST", callee, m.tuple(m.popMark()));
}

function obj(m: Machine): void {
  const [callee, ...args] = m.popMark();
  if (callee === undefined) m.fail("OBJ without a class");
  m.call("OBJ", callee, m.tuple(args));
}

function persistent(m: Machine, id: Value): void {
  const value = { kind: "persistent", id, offset: m.at } as const;
  m.persistent.push(value);
  m.push(value);
}

/** The registry is the victim's: what the code stands for cannot be known from the file. */
function extension(m: Machine): never {
  throw new FormatError("unsupported", "an extension registry code: what it names is not in the file", m.at);
}
