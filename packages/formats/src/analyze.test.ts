import { gzipSync } from "node:zlib";
import { bufferSource } from "@modelkeep/bytes";
import { buildZip } from "@modelkeep/bytes/archives/build-zip";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Analysis, AnalysisLimits } from "./analysis.ts";
import { analyze } from "./analyze.ts";

const raw = (text: string): Buffer => Buffer.from(text, "latin1");
const explain = (bytes: Uint8Array, limits: Partial<AnalysisLimits> = {}): Analysis =>
  analyze(bufferSource(bytes, "test"), { limits });

function problems(analysis: Analysis): string[] {
  return analysis.facts.flatMap((fact) => (fact.kind === "problem" ? [fact.code] : []));
}

function globals(analysis: Analysis): string[] {
  return analysis.facts.flatMap((fact) =>
    fact.kind === "graph" ? fact.graph.globals.map((global) => `${global.module}.${global.name}`) : [],
  );
}

/** Parts lie in the file, in order, and cover exactly what is said to be explained. */
function expectTiled(analysis: Analysis, size: number): void {
  let at = 0;
  let sum = 0;
  for (const part of analysis.parts) {
    expect(part.offset).toBeGreaterThanOrEqual(at);
    at = part.offset + part.length;
    sum += part.length;
  }
  expect(at).toBeLessThanOrEqual(size);
  expect(sum).toBe(analysis.explained);
}

const SYSTEM = "cos\nsystem\n(S'id'\ntR.";
const TEXT_PICKLES: readonly [string, string][] = [
  ["alone", SYSTEM],
  ["with text behind it", `${SYSTEM}\na,b,c\n1,2,3\n`],
  ["with a call before it breaks", "cos\nsystem\n(S'id'\ntR and then prose"],
  ["by INST", "(S'id'\nios\nsystem\n."],
  ["by OBJ", "(cos\nsystem\nS'id'\no."],
  ["behind harmless values", "I1\n0(lp0\n0cos\nsystem\n(S'id'\ntR."],
  ["that only imports what runs on import", "cantigravity\ngeohash\nrest of the text"],
  ["behind numbers that only some unpicklers read", "I1_0\n0F1_0.5\n0L7L\n0cos\nsystem\n(S'id'\ntR.\nrest"],
  ["behind a persistent id", "Pid\n0cos\nsystem\n(S'id'\ntR.\nrest"],
  ["with carriage returns", "I1\r\n0cos\nsystem\n(S'id'\ntR.\nrest"],
  ["that ends as a reference to a function", "cos\nsystem\n."],
];

describe("text that is also a pickle", () => {
  test.each(TEXT_PICKLES)("%s: what unpickling would reach is a fact", (_name, text) => {
    const analysis = explain(raw(text));
    expect(globals(analysis).length).toBeGreaterThan(0);
    if (analysis.format !== "pickle") expect(problems(analysis)).toContain("ambiguous");
  });

  test("a number that only old Pythons read may hide what follows it", () => {
    const text = `I${"9".repeat(5000)}\n0cos\nsystem\n(S'id'\ntR.\nrest`;
    expect(problems(explain(raw(text)))).toContain("ambiguous");
  });

  test.each([
    "cloudpickle==3.1.2\nmlflow==3.17.2\n",
    "catboost\nnumpy\npandas\n",
    "cat\ndog\nbird\n",
    "channels:\n- conda-forge\ndependencies:\n- python=3.11\n",
    "col1,col2\n1,2\n",
    "Id,Name\n1,a\n",
    "Value,x\n2.5,3\n",
    "Name,Age\nx,1\n",
    "F1,F2\n0.5,1\n",
    "(c) 2026 The authors.\nAll rights reserved.\n",
    "None\n",
    "import os\nos.system('id')\n",
    "class Model:\n    pass\n",
    "2.5\n3.5\n",
    "g,h\n1,2\n",
    "]\n",
    "tree\nversion=v4\nnum_class=1\n",
    '{"a": [1, 2.5, "x"]}',
    "<svg xmlns='http://www.w3.org/2000/svg'/>",
    "größe,x\n1,2\n",
    `function f(){${"var a=1;".repeat(1000)}}`,
    `p${"(x)".repeat(3000)}`,
  ])("honest text stays inert: %j", (text) => {
    const analysis = explain(Buffer.from(text));
    expect(problems(analysis)).toEqual([]);
    expect(analysis.explained).toBe(Buffer.byteLength(text));
  });

  test("text in an 8-bit encoding is text, binary data is not", () => {
    expect(explain(raw("gr\xf6\xdfe,x\n1,2\n"))).toMatchObject({ format: "text", facts: [] });
    expect(problems(explain(raw("gr\xf6\xdfe\x01\x02")))).toEqual(["unknown-format"]);
  });
});

describe("files that two loaders read differently", () => {
  const zip = buildZip([{ name: "a.txt", data: raw("hello") }]);
  const pickle = raw("\x80\x02cos\nsystem\nX\x02\0\0\0id\x85R.");

  test.each<[string, Buffer]>([
    ["a zip file behind a pickle", Buffer.concat([pickle, zip])],
    ["a zip file behind text", Buffer.concat([raw("hello\n"), zip])],
    ["a zip file behind a picture's end", Buffer.concat([raw("GIF89a\x01\0\x01\0\0\0\0;"), zip])],
    ["a zip file whose first member is a pickle when read from the start", Buffer.concat([raw(SYSTEM), zip])],
  ])("%s", (_name, bytes) => {
    expect(problems(explain(bytes)).some((code) => code === "ambiguous" || code === "leftover")).toBe(true);
  });

  test("what a zip file behind other bytes holds is a fact", () => {
    const hidden = buildZip([{ name: "m/data.pkl", data: pickle }]);
    for (const prefix of ["plain text\n", "junk\x01\x02", "GIF89a\x01\0\x01\0\0\0\0;", "\x80\x02K\x01."]) {
      const analysis = explain(Buffer.concat([raw(prefix), hidden]));
      expect(globals(analysis)).toContain("os.system");
      expect(problems(analysis)).toContain("ambiguous");
    }
  });

  test("what the pickle in front of a zip file calls is a fact", () => {
    expect(globals(explain(Buffer.concat([pickle, zip])))).toContain("os.system");
  });

  test("a pickle between the frames of a GIF that begins as one", () => {
    const start = raw("GIF89a\x01\0\x01");
    const bytes = Buffer.concat([start, raw("cos\nsystem\n(S'id'\ntR.")]);
    expect(globals(explain(bytes))).toContain("os.system");
    expect(problems(explain(bytes))).toContain("ambiguous");
  });
});

describe("containers", () => {
  test("members are analysed by their content, whatever their names", () => {
    const analysis = explain(buildZip([{ name: "notes.txt", data: raw(`\x80\x02${SYSTEM}`) }]));
    expect(globals(analysis)).toContain("os.system");
    expect(analysis.facts.find((fact) => fact.kind === "graph")?.at.part).toBe("notes.txt");
  });

  test("a wrong CRC is told, and the member is judged all the same", () => {
    const lie = { crc: 1 };
    const bytes = buildZip([
      { name: "m/data.pkl", data: raw(`\x80\x02${SYSTEM}`), local: lie, central: lie },
    ]);
    expect(problems(explain(bytes))).toContain("malformed");
    expect(globals(explain(bytes))).toContain("os.system");
  });

  test("parts are named from the outside in", () => {
    const inner = buildZip([{ name: "b.pkl", data: raw(`\x80\x02${SYSTEM}`) }]);
    const analysis = explain(gzipSync(buildZip([{ name: "a.zip", data: inner }])));
    expect(analysis.facts.find((fact) => fact.kind === "graph")?.at.part).toBe("gzip!a.zip!b.pkl");
    expect(analysis.format).toBe("gzip+zip");
  });

  test("a compressed pickle keeps its root", () => {
    expect(explain(gzipSync(raw("\x80\x02K\x05."))).root).toEqual({ kind: "int", value: 5 });
  });

  test("a member that cannot be read is not explained, the others are", () => {
    const bytes = buildZip([
      { name: "bad.bin", data: raw("\x01\x02\x03\x04") },
      { name: "good.txt", data: raw("text") },
    ]);
    const analysis = explain(bytes);
    expect(problems(analysis)).toEqual(["unknown-format"]);
    expect(analysis.explained).toBe(bytes.byteLength - 4);
    expectTiled(analysis, bytes.byteLength);
  });

  test("bytes behind a compressed stream are left over", () => {
    expect(problems(explain(Buffer.concat([gzipSync(raw("text")), raw("tail")])))).toContain("leftover");
    expect(problems(explain(Buffer.concat([gzipSync(raw("a")), gzipSync(raw("b"))])))).toContain("leftover");
  });
});

describe("budgets", () => {
  const nest = (depth: number): Buffer => {
    let bytes = raw("text");
    for (let i = 0; i < depth; i++) bytes = buildZip([{ name: `level${i}`, data: bytes }]);
    return bytes;
  };

  test("nesting", () => {
    expect(problems(explain(nest(4)))).toEqual([]);
    expect(problems(explain(nest(5)))).toEqual(["budget"]);
  });

  test("expansion, also summed over members", () => {
    const bomb = gzipSync(Buffer.alloc(20 * 2 ** 20));
    expect(problems(explain(bomb, { maxExpandedBytes: 2 ** 20 }))).toEqual(["budget"]);
    const half = { data: Buffer.alloc(600_000), method: 8 };
    const zip = buildZip([
      { name: "a", ...half },
      { name: "b", ...half },
    ]);
    expect(problems(explain(zip, { maxExpandedBytes: 2 ** 20 }))).toContain("budget");
  });

  test("the ratio of one member", () => {
    const zip = buildZip([{ name: "a", data: Buffer.alloc(11 * 2 ** 20, 0x41), method: 8 }]);
    expect(problems(explain(zip, { maxExpansionRatio: 100 }))).toEqual(["budget"]);
    expect(problems(explain(zip))).toEqual([]);
  });

  test("members", () => {
    const zip = buildZip([{ name: "a" }, { name: "b" }, { name: "c" }]);
    expect(problems(explain(zip, { maxMembers: 2 }))).toEqual(["budget"]);
  });

  test("time", () => {
    expect(problems(explain(nest(2), { maxMilliseconds: -1 }))).toContain("budget");
  });
});

describe("whatever the bytes", () => {
  const seeds = [
    raw(SYSTEM),
    buildZip([{ name: "a.txt", data: raw("hello") }]),
    gzipSync(raw("hello")),
    raw("GIF89a\x01\0\x01\0\0\0\0;"),
    raw('{"a": 1}'),
    raw("\x08\0\0\0\0\0\0\0{}      "),
    raw("{L\0\0\0\0\0\0\0\x01ai\x05}"),
    raw("\x93NUMPY\x01\0v\0{'descr': '<f8', 'fortran_order': False, 'shape': (1,), }"),
    raw("flavors:\n  python_function:\n    loader_module: mlflow.sklearn\n"),
  ];

  test("nothing throws, parts tile, and what is not explained is told", () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 80 }),
      fc
        .tuple(fc.constantFrom(...seeds), fc.uint8Array({ maxLength: 20 }), fc.nat(200))
        .map(([seed, insert, at]) =>
          Buffer.concat([
            seed.subarray(0, at % (seed.byteLength + 1)),
            insert,
            seed.subarray(at % (seed.byteLength + 1)),
          ]),
        ),
    );
    fc.assert(
      fc.property(bytes, (content) => {
        const analysis = explain(content, { maxSteps: 100_000 });
        expectTiled(analysis, content.byteLength);
        if (analysis.explained < content.byteLength) expect(problems(analysis)).not.toEqual([]);
      }),
      { seed: 31, numRuns: 4000 },
    );
  });

  test("an empty file is inert", () => {
    expect(explain(Buffer.alloc(0))).toEqual({ format: "empty", parts: [], explained: 0, facts: [] });
  });

  test("an unknown format is refused with its first bytes", () => {
    expect(explain(raw("\x89HDF\r\n\x1a\n\0\0"))).toMatchObject({
      format: "unknown",
      facts: [{ code: "unknown-format", message: expect.stringContaining("894844460d0a1a0a") }],
    });
  });

  test("a failing disk is no statement about the bytes", () => {
    const broken = {
      name: "broken",
      size: 100,
      view: () => {
        throw Object.assign(new Error("disk"), { code: "EIO" });
      },
      close: () => {},
    };
    expect(() => analyze(broken)).toThrow("disk");
  });
});
