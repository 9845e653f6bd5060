/** How an opcode's argument stands in the file: numbers little-endian, `bytesN` with a length of N bytes before. */
export type Argument =
  | "none"
  | "u1"
  | "u2"
  | "u4"
  | "i4"
  | "u8"
  | "f8"
  | "long1"
  | "long4"
  | "bytes1"
  | "bytes4"
  | "bytes8"
  | "line"
  | "two lines";

export interface Opcode {
  readonly code: number;
  readonly name: string;
  /** The protocol that introduced it. */
  readonly protocol: number;
  readonly argument: Argument;
  readonly doc: string;
}

export const STOP = 0x2e;

/** All opcodes of protocols 0 to 5 (Lib/pickletools.py, `opcodes`). */
export const OPCODES: readonly Opcode[] = [
  { code: 0x49, name: "INT", protocol: 0, argument: "line", doc: "Push an integer or bool" },
  { code: 0x4a, name: "BININT", protocol: 1, argument: "i4", doc: "Push a four-byte signed integer" },
  { code: 0x4b, name: "BININT1", protocol: 1, argument: "u1", doc: "Push a one-byte unsigned integer" },
  { code: 0x4d, name: "BININT2", protocol: 1, argument: "u2", doc: "Push a two-byte unsigned integer" },
  { code: 0x4c, name: "LONG", protocol: 0, argument: "line", doc: "Push a long integer" },
  { code: 0x8a, name: "LONG1", protocol: 2, argument: "long1", doc: "Long integer using one-byte length" },
  { code: 0x8b, name: "LONG4", protocol: 2, argument: "long4", doc: "Long integer using four-byte length" },
  { code: 0x53, name: "STRING", protocol: 0, argument: "line", doc: "Push a Python string object" },
  { code: 0x54, name: "BINSTRING", protocol: 1, argument: "bytes4", doc: "Push a Python string object" },
  {
    code: 0x55,
    name: "SHORT_BINSTRING",
    protocol: 1,
    argument: "bytes1",
    doc: "Push a Python string object",
  },
  { code: 0x42, name: "BINBYTES", protocol: 3, argument: "bytes4", doc: "Push a Python bytes object" },
  { code: 0x43, name: "SHORT_BINBYTES", protocol: 3, argument: "bytes1", doc: "Push a Python bytes object" },
  { code: 0x8e, name: "BINBYTES8", protocol: 4, argument: "bytes8", doc: "Push a Python bytes object" },
  { code: 0x96, name: "BYTEARRAY8", protocol: 5, argument: "bytes8", doc: "Push a Python bytearray object" },
  {
    code: 0x97,
    name: "NEXT_BUFFER",
    protocol: 5,
    argument: "none",
    doc: "Push an out-of-band buffer object",
  },
  {
    code: 0x98,
    name: "READONLY_BUFFER",
    protocol: 5,
    argument: "none",
    doc: "Make an out-of-band buffer object read-only",
  },
  { code: 0x4e, name: "NONE", protocol: 0, argument: "none", doc: "Push None on the stack" },
  { code: 0x88, name: "NEWTRUE", protocol: 2, argument: "none", doc: "Push True onto the stack" },
  { code: 0x89, name: "NEWFALSE", protocol: 2, argument: "none", doc: "Push False onto the stack" },
  { code: 0x56, name: "UNICODE", protocol: 0, argument: "line", doc: "Push a Python Unicode string object" },
  {
    code: 0x8c,
    name: "SHORT_BINUNICODE",
    protocol: 4,
    argument: "bytes1",
    doc: "Push a Python Unicode string object",
  },
  {
    code: 0x58,
    name: "BINUNICODE",
    protocol: 1,
    argument: "bytes4",
    doc: "Push a Python Unicode string object",
  },
  {
    code: 0x8d,
    name: "BINUNICODE8",
    protocol: 4,
    argument: "bytes8",
    doc: "Push a Python Unicode string object",
  },
  {
    code: 0x46,
    name: "FLOAT",
    protocol: 0,
    argument: "line",
    doc: "Newline-terminated decimal float literal",
  },
  {
    code: 0x47,
    name: "BINFLOAT",
    protocol: 1,
    argument: "f8",
    doc: "Float stored in binary form, with 8 bytes of data",
  },
  { code: 0x5d, name: "EMPTY_LIST", protocol: 1, argument: "none", doc: "Push an empty list" },
  { code: 0x61, name: "APPEND", protocol: 0, argument: "none", doc: "Append an object to a list" },
  {
    code: 0x65,
    name: "APPENDS",
    protocol: 1,
    argument: "none",
    doc: "Extend a list by a slice of stack objects",
  },
  {
    code: 0x6c,
    name: "LIST",
    protocol: 0,
    argument: "none",
    doc: "Build a list out of the topmost stack slice, after markobject",
  },
  { code: 0x29, name: "EMPTY_TUPLE", protocol: 1, argument: "none", doc: "Push an empty tuple" },
  {
    code: 0x74,
    name: "TUPLE",
    protocol: 0,
    argument: "none",
    doc: "Build a tuple out of the topmost stack slice, after markobject",
  },
  {
    code: 0x85,
    name: "TUPLE1",
    protocol: 2,
    argument: "none",
    doc: "Build a one-tuple out of the topmost item on the stack",
  },
  {
    code: 0x86,
    name: "TUPLE2",
    protocol: 2,
    argument: "none",
    doc: "Build a two-tuple out of the top two items on the stack",
  },
  {
    code: 0x87,
    name: "TUPLE3",
    protocol: 2,
    argument: "none",
    doc: "Build a three-tuple out of the top three items on the stack",
  },
  { code: 0x7d, name: "EMPTY_DICT", protocol: 1, argument: "none", doc: "Push an empty dict" },
  {
    code: 0x64,
    name: "DICT",
    protocol: 0,
    argument: "none",
    doc: "Build a dict out of the topmost stack slice, after markobject",
  },
  {
    code: 0x73,
    name: "SETITEM",
    protocol: 0,
    argument: "none",
    doc: "Add a key+value pair to an existing dict",
  },
  {
    code: 0x75,
    name: "SETITEMS",
    protocol: 1,
    argument: "none",
    doc: "Add an arbitrary number of key+value pairs to an existing dict",
  },
  { code: 0x8f, name: "EMPTY_SET", protocol: 4, argument: "none", doc: "Push an empty set" },
  {
    code: 0x90,
    name: "ADDITEMS",
    protocol: 4,
    argument: "none",
    doc: "Add an arbitrary number of items to an existing set",
  },
  {
    code: 0x91,
    name: "FROZENSET",
    protocol: 4,
    argument: "none",
    doc: "Build a frozenset out of the topmost slice, after markobject",
  },
  {
    code: 0x30,
    name: "POP",
    protocol: 0,
    argument: "none",
    doc: "Discard the top stack item, shrinking the stack by one item",
  },
  {
    code: 0x32,
    name: "DUP",
    protocol: 0,
    argument: "none",
    doc: "Push the top stack item onto the stack again, duplicating it",
  },
  { code: 0x28, name: "MARK", protocol: 0, argument: "none", doc: "Push markobject onto the stack" },
  {
    code: 0x31,
    name: "POP_MARK",
    protocol: 1,
    argument: "none",
    doc: "Pop all the stack objects at and above the topmost markobject",
  },
  {
    code: 0x67,
    name: "GET",
    protocol: 0,
    argument: "line",
    doc: "Read an object from the memo and push it on the stack",
  },
  {
    code: 0x68,
    name: "BINGET",
    protocol: 1,
    argument: "u1",
    doc: "Read an object from the memo and push it on the stack",
  },
  {
    code: 0x6a,
    name: "LONG_BINGET",
    protocol: 1,
    argument: "u4",
    doc: "Read an object from the memo and push it on the stack",
  },
  { code: 0x70, name: "PUT", protocol: 0, argument: "line", doc: "Store the stack top into the memo" },
  { code: 0x71, name: "BINPUT", protocol: 1, argument: "u1", doc: "Store the stack top into the memo" },
  { code: 0x72, name: "LONG_BINPUT", protocol: 1, argument: "u4", doc: "Store the stack top into the memo" },
  { code: 0x94, name: "MEMOIZE", protocol: 4, argument: "none", doc: "Store the stack top into the memo" },
  { code: 0x82, name: "EXT1", protocol: 2, argument: "u1", doc: "Extension code" },
  { code: 0x83, name: "EXT2", protocol: 2, argument: "u2", doc: "Extension code" },
  { code: 0x84, name: "EXT4", protocol: 2, argument: "i4", doc: "Extension code" },
  {
    code: 0x63,
    name: "GLOBAL",
    protocol: 0,
    argument: "two lines",
    doc: "Push a global object (module.attr) on the stack",
  },
  {
    code: 0x93,
    name: "STACK_GLOBAL",
    protocol: 4,
    argument: "none",
    doc: "Push a global object (module.attr) on the stack",
  },
  {
    code: 0x52,
    name: "REDUCE",
    protocol: 0,
    argument: "none",
    doc: "Push an object built from a callable and an argument tuple",
  },
  {
    code: 0x62,
    name: "BUILD",
    protocol: 0,
    argument: "none",
    doc: "Finish building an object, via __setstate__ or dict update",
  },
  { code: 0x69, name: "INST", protocol: 0, argument: "two lines", doc: "Build a class instance" },
  { code: 0x6f, name: "OBJ", protocol: 1, argument: "none", doc: "Build a class instance" },
  { code: 0x81, name: "NEWOBJ", protocol: 2, argument: "none", doc: "Build an object instance" },
  { code: 0x92, name: "NEWOBJ_EX", protocol: 4, argument: "none", doc: "Build an object instance" },
  { code: 0x80, name: "PROTO", protocol: 2, argument: "u1", doc: "Protocol version indicator" },
  { code: 0x2e, name: "STOP", protocol: 0, argument: "none", doc: "Stop the unpickling machine" },
  { code: 0x95, name: "FRAME", protocol: 4, argument: "u8", doc: "Indicate the beginning of a new frame" },
  {
    code: 0x50,
    name: "PERSID",
    protocol: 0,
    argument: "line",
    doc: "Push an object identified by a persistent ID",
  },
  {
    code: 0x51,
    name: "BINPERSID",
    protocol: 1,
    argument: "none",
    doc: "Push an object identified by a persistent ID",
  },
];
