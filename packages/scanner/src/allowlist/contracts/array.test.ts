import type { CallValue, Value } from "@modelkeep/formats";
import {
  array,
  bool,
  bytes,
  call,
  dict,
  dtype,
  float64s,
  global,
  int,
  list,
  none,
  str,
  tuple,
} from "@modelkeep/testkit/graph-values";
import { array as arrayOf, assert as check, nat, property } from "fast-check";
import { describe, expect, test } from "vitest";
import { lookup } from "../index.ts";

/** The reason why a call is outside its contract; undefined when it is inside; an absent contract is a failure. */
function judge(value: CallValue): string | undefined {
  if (value.callee.kind !== "global") throw new Error("not a call of a global");
  const entry = lookup(value.callee.module, value.callee.name);
  if (entry?.call === undefined)
    throw new Error(`${value.callee.module}.${value.callee.name} has no contract`);
  return entry.call(value)?.reason;
}

const RECORD_FLAGS = 16;
function record(fields: Record<string, [Value, number]>, itemSize: number, flags = RECORD_FLAGS): CallValue {
  const described = Object.fromEntries(
    Object.entries(fields).map(([name, [type, at]]) => [name, tuple(type, int(at))]),
  );
  const state = tuple(
    int(3),
    str("|"),
    none,
    tuple(...Object.keys(fields).map(str)),
    dict(described),
    int(itemSize),
    int(1),
    int(flags),
  );
  return call("numpy.dtype", [str(`V${itemSize}`), bool(false), bool(true)], { states: [state] });
}
const OBJECT = dtype("O8", { order: "|", flags: 63 });

describe("numpy.dtype", () => {
  test.each(["f8", "i4", "u1", "b1", "c16", "U5", "S0", "V16", "O8"])(
    "%s is a name that NumPy writes",
    (name) => {
      expect(judge(dtype(name, { flags: name === "O8" ? 63 : 0 }))).toBeUndefined();
    },
  );

  test.each([
    "f8,i4",
    "i4, (2,3)f8",
    "f7",
    "",
    "f8 ",
    "O16",
    "<f8,<f8",
    "float64",
    "datetime64[ns]",
    "__import__",
    "V99999999999",
    "b8",
  ])("%j is none", (name) => {
    expect(judge(dtype(name))).toMatch(/none that NumPy writes/);
  });

  test("a record whose fields are inside", () => {
    expect(judge(record({ a: [dtype("i4"), 0], b: [dtype("f8"), 8] }, 16))).toBeUndefined();
  });
  test.each([
    ["a field that reaches beyond its element", record({ a: [dtype("f8"), 9] }, 16), /outside its element/],
    ["a field before its element", record({ a: [dtype("f8"), -8] }, 16), /outside its element/],
    ["objects that are not marked as such", record({ a: [OBJECT, 0] }, 8, 0), /flags/],
    ["numbers that are marked as objects", dtype("f8", { flags: 63 }), /flags 63/],
    ["an object that is not marked", dtype("O8", { flags: 0 }), /flags 0/],
    ["another size than its kind", dtype("f8", { itemSize: 4 }), /another size/],
    ["an odd byte order", dtype("f8", { order: "!" }), /byte order/],
    [
      "a class",
      call("numpy.dtype", [global("os.system"), bool(false), bool(true)]),
      /none that NumPy writes/,
    ],
    ["two states", call("numpy.dtype", [str("f8")], { states: [tuple(), tuple()] }), /more than one state/],
    [
      "keyword arguments",
      call("numpy.dtype", [str("f8")], { kwargs: dict({ metadata: dict({}) }) }),
      /none that NumPy writes/,
    ],
  ])("refuses %s", (_, value, reason) => {
    expect(judge(value)).toMatch(reason);
  });

  test("refuses a dtype inside itself without end", () => {
    let type = record({ a: [dtype("i4"), 0] }, 16);
    for (let depth = 0; depth < 40; depth++) type = record({ a: [type, 0] }, 16);
    expect(judge(type)).toMatch(/too deeply/);
  });
});

describe("numpy arrays", () => {
  test("an array with exactly its bytes", () => {
    expect(judge(float64s([2, 3], 1, 2, 3, 4, 5, 6))).toBeUndefined();
    expect(judge(array(OBJECT, [2], [str("a"), none]))).toBeUndefined();
    expect(judge(float64s([0, 3]))).toBeUndefined();
  });

  test.each([
    [
      "fewer bytes than its shape needs",
      array(dtype("f8"), [3], new Uint8Array(16)),
      /16 bytes where its shape needs 24/,
    ],
    [
      "more bytes than its shape needs",
      array(dtype("f8"), [1], new Uint8Array(16)),
      /16 bytes where its shape needs 8/,
    ],
    ["a shape that overflows", array(dtype("f8"), [2 ** 40, 2 ** 40], new Uint8Array(8)), /impossible shape/],
    ["raw bytes as objects", array(OBJECT, [1], new Uint8Array(8)), /pointers/],
    ["fewer objects than its shape says", array(OBJECT, [3], [none]), /number of objects/],
    ["an unknown version", array(dtype("f8"), [0], new Uint8Array(0), { version: 7 }), /none of an array/],
    [
      "a class that is no array",
      array(dtype("f8"), [0], new Uint8Array(0), { cls: "subprocess.Popen" }),
      /no array/,
    ],
    [
      "a class of scikit-learn",
      array(dtype("f8"), [0], new Uint8Array(0), { cls: "sklearn.svm._classes.SVC" }),
      /no array/,
    ],
    [
      "memory that nobody wrote",
      call("numpy._core.multiarray._reconstruct", [global("numpy.ndarray"), tuple(int(9)), bytes("b")]),
      /\(0,\)/,
    ],
    [
      "an object code",
      call("numpy._core.multiarray._reconstruct", [global("numpy.ndarray"), tuple(int(0)), str("O")]),
      /\(0,\)/,
    ],
    ["items set", { ...float64s([1], 1), entries: [[int(0), int(1)]] } satisfies CallValue, /items set/],
  ])("refuses %s", (_, value, reason) => {
    expect(judge(value)).toMatch(reason);
  });

  test("a shape and its bytes agree exactly, or the array is refused", () => {
    check(
      property(arrayOf(nat(5), { maxLength: 4 }), nat(700), (shape, size) => {
        const needed = shape.reduce((product, length) => product * length, 8);
        const reason = judge(array(dtype("f8"), shape, new Uint8Array(size)));
        expect(reason === undefined).toBe(size === needed);
      }),
    );
  });
});

describe("scalars and buffers", () => {
  const scalar = (...args: Value[]) => call("numpy._core.multiarray.scalar", args);
  const buffer = (...args: Value[]) => call("numpy._core.numeric._frombuffer", args);

  test("are accepted with exactly their bytes", () => {
    expect(judge(scalar(dtype("f8"), bytes(new Uint8Array(8))))).toBeUndefined();
    expect(judge(buffer(bytes(new Uint8Array(16)), dtype("f8"), tuple(int(2)), str("C")))).toBeUndefined();
  });

  test.each([
    ["an object out of bytes", scalar(OBJECT, bytes(new Uint8Array(8))), /pointers/],
    ["an object out of an object", scalar(OBJECT, none), /pointers/],
    ["too few bytes", scalar(dtype("f8"), bytes("1234")), /4 bytes where 8/],
    ["no dtype", scalar(str("f8"), bytes("12345678")), /no numpy.dtype/],
    ["a buffer of objects", buffer(bytes(new Uint8Array(8)), OBJECT, tuple(int(1)), str("C")), /pointers/],
    [
      "a buffer of another size",
      buffer(bytes(new Uint8Array(8)), dtype("f8"), tuple(int(2)), str("C")),
      /8 bytes where/,
    ],
    ["an odd order", buffer(bytes(new Uint8Array(8)), dtype("f8"), tuple(int(1)), str("x")), /order/],
    ["text as a buffer", buffer(str("12345678"), dtype("f8"), tuple(int(1)), str("C")), /no bytes/],
  ])("refuse %s", (_, value, reason) => {
    expect(judge(value)).toMatch(reason);
  });
});

describe("random generators", () => {
  const RANDOM = "numpy.random._pickle";
  const state = (pos: number): Value =>
    dict({
      bit_generator: str("MT19937"),
      state: dict({ key: float64s([1], 1), pos: int(pos) }),
      has_gauss: int(0),
      gauss: int(0),
    });
  const restored = (value: Value) =>
    call(`${RANDOM}.__randomstate_ctor`, [str("MT19937"), global(`${RANDOM}.__bit_generator_ctor`)], {
      states: [value],
    });

  test("a state with its position in its key", () => {
    expect(judge(restored(state(624)))).toBeUndefined();
  });

  test.each([
    ["a position outside the key", restored(state(625)), /outside/],
    ["a negative position", restored(state(-1)), /outside/],
    [
      "a class that is none of NumPy's",
      call(`${RANDOM}.__bit_generator_ctor`, [global("subprocess.Popen")]),
      /NumPy's own/,
    ],
    [
      "another module with the same name",
      call(`${RANDOM}.__bit_generator_ctor`, [global("evil.MT19937")]),
      /NumPy's own/,
    ],
    ["a name that is none", call(`${RANDOM}.__randomstate_ctor`, [str("system")]), /NumPy's own/],
    [
      "another constructor",
      call(`${RANDOM}.__randomstate_ctor`, [str("MT19937"), global("os.system")]),
      /NumPy's own/,
    ],
    [
      "a legacy state outside its key",
      restored(tuple(str("MT19937"), float64s([1], 1), int(9999))),
      /outside/,
    ],
    ["a list as state", restored(list()), /none of a generator/],
  ])("refuse %s", (_, value, reason) => {
    expect(judge(value)).toMatch(reason);
  });
});
