import { bufferSource } from "@modelkeep/bytes";
import { array, assert, constantFrom, integer, property, uint8Array } from "fast-check";
import { describe, expect, test } from "vitest";
import { rootContext } from "../context.ts";
import { OPCODES } from "./opcodes.ts";
import { readPickle, tryReadPickle } from "./read.ts";
import { unhandledOpcodes } from "./run.ts";

function read(text: string, limits = {}) {
  return tryReadPickle(bufferSource(Buffer.from(text, "latin1")), 0, rootContext(limits));
}

function globalsOf(text: string): string[] {
  return read(text).graph.globals.map(({ module, name }) => `${module}:${name}`);
}

function codesOf(text: string): string[] {
  return read(text).issues.map((issue) => issue.code);
}

describe("opcodes", () => {
  test("all are executed", () => {
    expect(unhandledOpcodes()).toEqual([]);
    expect(OPCODES).toHaveLength(68);
    expect(new Set(OPCODES.map(({ code }) => code)).size).toBe(OPCODES.length);
  });
});

describe("values", () => {
  test.each([
    ["I42\n.", { kind: "int", value: 42 }],
    ["I01\n.", { kind: "bool", value: true }],
    ["L-12345678901234567890L\n.", { kind: "int", value: -12345678901234567890n }],
    ["\x8a\x00.", { kind: "int", value: 0 }],
    ["\x8a\x01\xff.", { kind: "int", value: -1 }],
    ["J\xff\xff\xff\xff.", { kind: "int", value: -1 }],
    ["F1.5e+300\n.", { kind: "float", value: 1.5e300 }],
    ["G\x3f\xf8\x00\x00\x00\x00\x00\x00.", { kind: "float", value: 1.5 }],
    ["S'a\\x41\\101\\q'\n.", { kind: "str", value: "aAA\\q" }],
    ["V\\u0041\\\\u0041\\U0001F600\xe9\n.", { kind: "str", value: "A\\\\u0041😀é" }],
    ["\x8c\x03\xed\xa0\x80.", { kind: "str", value: "\ud800" }],
    ["(lp0\nI1\na.", { kind: "list", items: [{ kind: "int", value: 1 }] }],
    ["](K\x01K\x02e.", { kind: "list", items: [{ value: 1 }, { value: 2 }] }],
    ["(K\x010K\x022\x86.", { kind: "tuple", items: [{ value: 2 }, { value: 2 }] }],
    ["K\x01K\x02\x86\x940h\x00.", { kind: "tuple" }],
  ])("%j", (text, value) => {
    const reading = read(text);
    expect(reading.issues).toEqual([]);
    expect(reading.root).toMatchObject(value);
  });

  test("a list may hold itself", () => {
    const { root } = read("]\x94h\x00a.");
    expect(root?.kind === "list" && root.items[0] === root).toBe(true);
  });

  test("a million levels deep is no deeper for us", () => {
    const reading = read(`${"(".repeat(300_000)}${"t".repeat(300_000)}.`);
    expect(reading.issues).toEqual([]);
  });
});

describe("names", () => {
  test.each([
    ["c__builtin__\neval\n.", ["builtins:eval"]],
    ["\x80\x02ccopy_reg\n_reconstructor\n.", ["copyreg:_reconstructor"]],
    ["\x80\x03c__builtin__\neval\n.", ["__builtin__:eval"]],
    ["c__builtin__\nreduce\n.", ["functools:reduce"]],
    ["\x80\x04\x8c\x02os\x8c\x06system\x93.", ["os:system"]],
    ["\x80\x04\x8c\x02os\x8c\x0bpath.system\x93.", ["os:path.system"]],
    ["(S'id'\nios\nsystem\n.", ["os:system"]],
  ])("%j", (text, names) => {
    expect(globalsOf(text)).toEqual(names);
  });

  test("the spelling in the file is kept beside the name that is imported", () => {
    expect(read("c__builtin__\neval\n.").graph.globals[0]?.written).toEqual({
      module: "__builtin__",
      name: "eval",
    });
  });

  test("imports are seen although the pickle then breaks", () => {
    expect(globalsOf("cos\nsystem\nX")).toEqual(["os:system"]);
    expect(globalsOf("ios\nsystem\n")).toEqual(["os:system"]);
  });
});

describe("calls", () => {
  test.each([
    ["cos\nsystem\n(S'id'\ntR.", "REDUCE"],
    ["cos\nsystem\n)\x81.", "NEWOBJ"],
    ["\x80\x04cos\nsystem\n)}\x92.", "NEWOBJ_EX"],
    ["(ios\nsystem\n.", "INST"],
    ["(cos\nsystem\no.", "OBJ"],
  ])("%j calls by %s", (text, via) => {
    const { graph, issues } = read(text);
    expect(graph.calls).toMatchObject([{ via, callee: { module: "os", name: "system" } }]);
    expect(issues).toEqual([]);
  });

  test("a result that is thrown away was called all the same", () => {
    expect(read("cos\nsystem\n(S'id'\ntR0N.").graph.calls).toHaveLength(1);
  });

  test("states, items and pairs are kept with the call", () => {
    const [call] = read("ccollections\ndeque\n)R(K\x01eK\x02K\x03s}b.").graph.calls;
    expect(call).toMatchObject({ appended: [{ value: 1 }], states: [{ kind: "dict" }] });
    expect(call?.entries).toHaveLength(1);
  });

  test("what is done to a global is an effect", () => {
    expect(read("cos\npath\n}b.").graph.effects).toMatchObject([{ op: "BUILD", target: { kind: "global" } }]);
  });
});

describe("where CPython's unpicklers differ", () => {
  test.each([
    "I0x10\n.",
    "I1_0\n.",
    "I 1\n.",
    "I010\n.",
    "I+1\n.",
    "F1_0.0\n.",
    "F1e999\n.",
    "U\x01\xff.",
    "cos\nsystem\n]R.",
    "cos\n\n.",
    "cos\nsystem",
    "Np99999999999\n.",
    "\x80\x04\x95\x02\0\0\0\0\0\0\0NN0.",
    "\x80\x04\x95\x05\0\0\0\0\0\0\0NN.00",
    "\x80\x04\x95\xff\0\0\0\0\0\0\0N.",
    "\x95\x0a\0\0\0\0\0\0\0\x95\x01\0\0\0\0\0\0\0N.",
  ])("%j is ambiguous, or honest", (text) => {
    const honest = text.endsWith("NN0.");
    expect(codesOf(text).includes("ambiguous")).toBe(!honest);
  });

  test("reading goes on behind an ambiguity, so that the payload has its name", () => {
    expect(globalsOf("I0x10\n0cos\nsystem\n.")).toEqual(["os:system"]);
  });
});

describe("refused", () => {
  test.each([
    ["", "truncated"],
    ["N", "truncated"],
    [".", "malformed"],
    ["(.", "malformed"],
    ["N(.", "malformed"],
    ["\xff.", "malformed"],
    ["\x80\x06N.", "malformed"],
    ["h\x00.", "malformed"],
    ["Nt.", "malformed"],
    ["Ix\n.", "malformed"],
    ["Sabc\n.", "malformed"],
    ["S'\\x4'\n.", "malformed"],
    ["V\\u00\n.", "malformed"],
    ["X\x01\0\0\0\xff.", "malformed"],
    ["X\xff\0\0\0a.", "truncated"],
    ["T\xff\xff\xff\xff.", "malformed"],
    ["\x8b\xff\xff\xff\xff.", "malformed"],
    ["\x8e\xff\xff\xff\xff\xff\xff\xff\xff.", "malformed"],
    ["}(Nu.", "malformed"],
    ["\x82\x00.", "malformed"],
    ["\x82\x01.", "unsupported"],
    ["NN\x93.", "malformed"],
    [`I${"9".repeat(5000)}\n.`, "budget"],
    ["\x8b\xff\xff\xff\x00" + "\x01".repeat(20), "truncated"],
  ])("%j: %s", (text, code) => {
    expect(codesOf(text)).toContain(code);
  });

  test("a name that a call computes", () => {
    const reading = read("cbuiltins\nstr\n)R\x8c\x06system\x93.");
    expect(reading.issues).toMatchObject([{ code: "unsupported" }]);
    expect(reading.graph.globals.at(-1)).toMatchObject({ name: "system" });
  });

  test("what is too much: steps, memory", () => {
    expect(read("N0".repeat(5_000), { maxSteps: 2_000 }).issues).toMatchObject([{ code: "budget" }]);
    expect(read("]".repeat(5_000), { maxGraphBytes: 100_000 }).issues).toMatchObject([{ code: "budget" }]);
  });

  test("readPickle throws the first issue", () => {
    expect(() => readPickle(bufferSource(Buffer.from("I0x1\n.")), 0, rootContext())).toThrow(
      expect.objectContaining({ code: "ambiguous" }),
    );
  });
});

describe("properties", () => {
  const program = uint8Array({ maxLength: 200 });

  test("any bytes end in a reading, within themselves", () => {
    assert(
      property(program, (bytes) => {
        const reading = tryReadPickle(bufferSource(bytes), 0, rootContext());
        expect(reading.end).toBeLessThanOrEqual(bytes.byteLength);
        if (reading.root === undefined) expect(reading.issues.length).toBeGreaterThan(0);
      }),
      { seed: 11, numRuns: 3000 },
    );
  });

  test("what stands before a payload cannot hide it, if it leaves the stack in order", () => {
    const harmless = constantFrom(
      "N0",
      "(1",
      "]0",
      "K\x010",
      "V\\u00e9\n0",
      "Np5\n0",
      "}0",
      "(t0",
      "I0x1\n0",
    );
    assert(
      property(array(harmless, { maxLength: 40 }), (before) => {
        const reading = read(`${before.join("")}cos\nsystem\n(S'id'\ntR.`);
        expect(reading.graph.calls).toMatchObject([{ callee: { module: "os", name: "system" } }]);
      }),
      { seed: 12, numRuns: 300 },
    );
  });

  test("a window's end changes nothing", () => {
    assert(
      // Windows double: the first ones end after 8, 24, 56, 120, 248 and 504 KiB.
      property(constantFrom(8, 24, 56, 120, 248, 504), integer({ min: -16, max: 4 }), (end, more) => {
        const reading = read(`${"N0".repeat(end * 512 + more)}cos\nsystem\n(S'id'\ntR.`);
        expect(reading.graph.globals).toMatchObject([{ module: "os", name: "system" }]);
        expect(reading.issues).toEqual([]);
      }),
      { seed: 13, numRuns: 60 },
    );
  });

  test("nor does one within a length or a number", () => {
    assert(
      property(
        constantFrom(8, 24, 56, 120, 248),
        integer({ min: 0, max: 9 }),
        constantFrom(0, 1, 2, 3),
        (end, before, which) => {
          // Taken from the window before, each of these would step over the call behind it, or not at all.
          const numbers = ["X\x03\0\0\0abc", "J\x01\0\0\0", "M\x01\0", "\x8e\x03\0\0\0\0\0\0\0abc"];
          const filled = end * 1024 - before;
          const padding = "N0".repeat(filled >> 1) + (filled % 2 === 0 ? "" : "N");
          const reading = read(`${padding}${numbers[which] ?? ""}0cos\nsystem\n(S'id'\ntR.`);
          expect(reading.graph.globals).toMatchObject([{ module: "os", name: "system" }]);
          expect(reading.issues).toEqual([]);
        },
      ),
      { seed: 15, numRuns: 200 },
    );
  });

  test("nor does a payload before it that was stepped over", () => {
    assert(
      property(integer({ min: 1, max: 70_000 }), integer({ min: 4_080, max: 4_100 }), (skipped, pairs) => {
        const length = Buffer.alloc(4);
        length.writeUInt32LE(skipped);
        const payload = `B${length.toString("latin1")}${"\xff".repeat(skipped)}0`;
        const reading = read(`${payload.repeat(3)}${"N0".repeat(pairs)}cos\nsystem\n(S'id'\ntR.`);
        expect(reading.graph.globals).toMatchObject([{ module: "os", name: "system" }]);
        expect(reading.issues).toEqual([]);
      }),
      { seed: 14, numRuns: 40 },
    );
  });
});
