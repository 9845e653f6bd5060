import { bufferSource } from "@modelkeep/bytes";
import { buildZip, type MemberSpec } from "@modelkeep/bytes/archives/build-zip";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Analysis } from "../analysis.ts";
import { analyze } from "../analyze.ts";

const explain = (bytes: Uint8Array): Analysis => analyze(bufferSource(bytes, "model.pt"));

function problems(analysis: Analysis): string[] {
  return analysis.facts.flatMap((fact) => (fact.kind === "problem" ? [fact.code] : []));
}

function globals(analysis: Analysis): string[] {
  return analysis.facts.flatMap((fact) =>
    fact.kind === "graph" ? fact.graph.globals.map((global) => `${global.module}.${global.name}`) : [],
  );
}

const text = (value: string): Buffer => Buffer.from(`X${u32(value.length)}${value}`, "latin1");
const u32 = (value: number): string => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes.toString("latin1");
};
const raw = (value: string): Buffer => Buffer.from(value, "latin1");
const int = (value: number): Buffer => raw(`J${u32(value)}`);

/** `('storage', torch.<type>, key, 'cpu', elements)` as a persistent id. */
function storage(type: string, key: string, elements: number): Buffer {
  return Buffer.concat([
    raw("("),
    text("storage"),
    raw(`ctorch\n${type}\n`),
    text(key),
    text("cpu"),
    int(elements),
    raw("tQ"),
  ]);
}

/** A list of storages as torch pickles them (protocol 2). */
function pickle(...items: Buffer[]): Buffer {
  return Buffer.concat([raw("\x80\x02]("), ...items, raw("e.")]);
}

const SYSTEM = Buffer.concat([raw("cos\nsystem\n"), text("id"), raw("\x85R")]);
const NUMBERS = Buffer.alloc(12, 1);
const DATA = pickle(storage("FloatStorage", "0", 3));

/** The members that torch 2 writes, with its flags, descriptors and padding. */
function checkpoint(
  extra: MemberSpec[] = [],
  data: Buffer = DATA,
  storages: MemberSpec[] = [tensor("0", NUMBERS)],
): Buffer {
  const members: MemberSpec[] = [
    record("data.pkl", data),
    record(".format_version", raw("1")),
    record(".storage_alignment", raw("64")),
    record("byteorder", raw("little")),
    ...storages,
    record("version", raw("3\n")),
    record(".data/serialization_id", raw("1234567890")),
    ...extra,
  ];
  return buildZip(members, { zip64: true });
}

function record(name: string, data: Buffer): MemberSpec {
  const padding = Buffer.concat([raw("FB\x05\0"), Buffer.alloc(5, "Z")]);
  return {
    name: `model/${name}`,
    data,
    flags: 0x800,
    madeBy: 0,
    descriptor: data.byteLength > 0,
    localExtra: padding,
  };
}

function tensor(key: string, data: Buffer): MemberSpec {
  return record(`data/${key}`, data);
}

describe("zip files", () => {
  test("a checkpoint is explained to the last byte", () => {
    const bytes = checkpoint();
    const analysis = explain(bytes);
    expect(problems(analysis)).toEqual([]);
    expect(analysis.format).toBe("torch-zip");
    expect(analysis.explained).toBe(bytes.byteLength);
    expect(analysis.root).toMatchObject({ kind: "list", items: [{ kind: "persistent" }] });
    expect(analysis.facts[0]).toMatchObject({
      kind: "graph",
      syntax: "torch",
      at: { part: "model/data.pkl" },
    });
  });

  test("an empty storage and one used twice", () => {
    const data = pickle(
      storage("LongStorage", "0", 0),
      storage("LongStorage", "1", 1),
      storage("LongStorage", "1", 1),
    );
    const bytes = checkpoint([], data, [tensor("0", Buffer.alloc(0)), tensor("1", Buffer.alloc(8))]);
    expect(problems(explain(bytes))).toEqual([]);
  });

  test("the CRC of raw numbers is not looked at, as torch does not; that of the pickle is", () => {
    const damaged = (name: string): Buffer => {
      const bytes = checkpoint();
      const at = bytes.indexOf(name) + name.length + 9;
      bytes[at + 4] = (bytes[at + 4] ?? 0) ^ 1;
      return bytes;
    };
    expect(problems(explain(damaged("model/data/0")))).toEqual([]);
    expect(problems(explain(damaged("model/data.pkl")))).toContain("malformed");
  });

  test("calls in the pickle are facts", () => {
    expect(globals(explain(checkpoint([], pickle(SYSTEM), [])))).toContain("os.system");
  });

  test("TorchScript is code", () => {
    const analysis = explain(
      checkpoint([
        record("code/__torch__.py", raw("class M(Module):\n  pass\n")),
        record("constants.pkl", raw("\x80\x02).")),
      ]),
    );
    expect(analysis.facts).toContainEqual(expect.objectContaining({ kind: "code", what: "torchscript" }));
  });

  test.each<[string, Buffer, string]>([
    ["a storage of another size", checkpoint([], pickle(storage("FloatStorage", "0", 4))), "ambiguous"],
    ["a storage that is missing", checkpoint([], pickle(storage("FloatStorage", "9", 3))), "malformed"],
    [
      "one storage with two sizes",
      checkpoint([], pickle(storage("FloatStorage", "0", 3), storage("IntStorage", "0", 4))),
      "ambiguous",
    ],
    ["a storage of an unknown class", checkpoint([], pickle(storage("EvilStorage", "0", 3))), "unsupported"],
    ["a compressed storage", checkpoint([], DATA, [{ ...tensor("0", NUMBERS), method: 8 }]), "unsupported"],
    ["a storage that nothing names", checkpoint([tensor("7", Buffer.alloc(64))]), "unknown-format"],
    ["a member outside the folder", checkpoint([{ name: "other/data.pkl", data: DATA }]), "ambiguous"],
    [
      "a persistent id that is no storage",
      checkpoint([], Buffer.concat([raw("\x80\x02"), text("x"), raw("Q.")])),
      "malformed",
    ],
    ["a schema of skops beside it", checkpoint([{ name: "schema.json", data: raw("{}") }]), "ambiguous"],
    ["bytes behind the pickle", checkpoint([], Buffer.concat([DATA, raw("\xff\xff")])), "leftover"],
  ])("%s", (_name, bytes, code) => {
    expect(problems(explain(bytes))).toContain(code);
  });

  test.each(["byteorder", "version", ".format_version"])("%s must say what it may", (name) => {
    const bytes = checkpoint();
    const at = bytes.indexOf(`model/${name}`) + name.length + 6 + 9;
    bytes[at] = 0x21;
    expect(problems(explain(bytes))).not.toEqual([]);
  });
});

test("changed bytes are told, or change nothing that is read", () => {
  const honest = checkpoint();
  const shown = (bytes: Uint8Array): string => JSON.stringify(explain(bytes).root);
  fc.assert(
    fc.property(fc.nat(honest.byteLength - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
      const bad = Buffer.from(honest);
      bad[at] = (bad[at] ?? 0) ^ flip;
      if (problems(explain(bad)).length === 0) expect(shown(bad)).toBe(shown(honest));
    }),
    { seed: 71, numRuns: 1500 },
  );
});

describe("legacy files", () => {
  const MAGIC = raw("\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.");
  const PROTOCOL = raw("\x80\x02M\xe9\x03.");
  const SYSTEM_INFO = raw("\x80\x02}.");
  const keys = (...names: string[]): Buffer => pickle(...names.map(text));
  const stored = (elements: number, data: Buffer): Buffer => Buffer.concat([int64(elements), data]);
  const int64 = (value: number): Buffer => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64LE(BigInt(value));
    return bytes;
  };
  const file = (...rest: Buffer[]): Buffer => Buffer.concat([MAGIC, PROTOCOL, SYSTEM_INFO, ...rest]);
  const HONEST = file(DATA, keys("0"), stored(3, NUMBERS));

  test("a checkpoint is explained to the last byte", () => {
    const analysis = explain(HONEST);
    expect(problems(analysis)).toEqual([]);
    expect(analysis.format).toBe("torch-legacy");
    expect(analysis.explained).toBe(HONEST.byteLength);
  });

  test.each<[string, Buffer]>([
    ["bytes behind the last storage", Buffer.concat([HONEST, raw("x")])],
    ["a storage that is cut off", HONEST.subarray(0, -1)],
    ["a storage of another size", file(DATA, keys("0"), stored(2, NUMBERS))],
    ["a key that the object does not name", file(DATA, keys("1"), stored(3, NUMBERS))],
    ["a key twice", file(DATA, keys("0", "0"), stored(3, NUMBERS))],
    ["a storage that is missing", file(DATA, keys())],
    [
      "another protocol",
      Buffer.concat([MAGIC, raw("\x80\x02K\x01."), SYSTEM_INFO, DATA, keys("0"), stored(3, NUMBERS)]),
    ],
  ])("%s is a problem", (_name, bytes) => {
    expect(problems(explain(bytes))).not.toEqual([]);
  });

  test("a call in any of the five pickles is a fact, also when a later one fails", () => {
    const call = Buffer.concat([raw("\x80\x02"), SYSTEM, raw(".")]);
    expect(globals(explain(Buffer.concat([MAGIC, PROTOCOL, call])))).toContain("os.system");
    expect(globals(explain(file(call)))).toContain("os.system");
    expect(globals(explain(Buffer.concat([MAGIC, PROTOCOL, SYSTEM_INFO, DATA, call])))).toContain(
      "os.system",
    );
  });

  test("a call in a pickle that then breaks is a fact too", () => {
    expect(
      globals(explain(Buffer.concat([MAGIC, PROTOCOL, raw("\x80\x02"), SYSTEM, raw("\xff")]))),
    ).toContain("os.system");
  });
});
