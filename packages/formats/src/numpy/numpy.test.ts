import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { bufferSource } from "@modelkeep/bytes";
import { describe, expect, test } from "vitest";
import { rootContext } from "../context.ts";
import { analyzeJoblib } from "../joblib/analyze.ts";
import { analyzePickle } from "../pickle/analyze.ts";
import type { Value } from "../value.ts";
import { parseDTypeText } from "./dtype.ts";
import { asNdArray, toTyped } from "./ndarray.ts";
import { analyzeNpy, readNpy } from "./npy.ts";

const fixtures = fileURLToPath(new URL("../../fixtures/", import.meta.url));
const EXPECTED: Record<string, { shape: number[]; data: unknown[] }> = JSON.parse(
  readFileSync(`${fixtures}numpy/expected.json`, "utf8"),
);

function listed(folder: string): string[] {
  return readdirSync(fixtures + folder).map((name) => `${folder}/${name}`);
}

/** As make_pickles.py writes what an array holds. */
function content(value: Value): unknown {
  const array = asNdArray(value);
  if (array === undefined) return scalar(value);
  const typed = toTyped(array);
  if (typed === undefined) return undefined;
  const isBool = array.dtype.kind === "b";
  const data = Array.from<unknown>(typed.data).map((item) => {
    if (typed.kind === "object") return scalar(item as Value);
    if (isBool) return item === 1;
    if (typeof item === "bigint") return Number.isSafeInteger(Number(item)) ? Number(item) : `${item}`;
    return item === Infinity ? "inf" : item;
  });
  return { shape: array.shape, data };
}

function scalar(value: Value): unknown {
  if (value.kind === "none") return null;
  return "value" in value ? value.value : undefined;
}

describe("arrays are what NumPy has in them", () => {
  test.each([...listed("pickle"), ...listed("joblib")])("%s", (name) => {
    const source = bufferSource(readFileSync(fixtures + name));
    const analysis = (name.endsWith(".joblib") ? analyzeJoblib : analyzePickle)(source, rootContext());
    const root = analysis.root;
    if (root?.kind !== "dict") throw new Error("not a dict");
    const found = Object.fromEntries(root.entries.map(([key, value]) => [scalar(key), content(value)]));
    for (const [key, value] of Object.entries(EXPECTED)) expect([key, found[key]]).toEqual([key, value]);
  });

  test.each(Object.keys(EXPECTED))("%s.npy", (name) => {
    const source = bufferSource(readFileSync(`${fixtures}numpy/${name.replaceAll(" ", "-")}.npy`));
    expect(content(readNpy(source, rootContext()))).toEqual(EXPECTED[name]);
    expect(analyzeNpy(source, rootContext())).toMatchObject({ explained: source.size });
  });
});

describe(".npy", () => {
  function npy(header: string, body = "", version = "\x01\x00"): Uint8Array {
    const text = Buffer.from(`${header}\n`, "latin1");
    const length = Buffer.from([text.length & 255, text.length >> 8]);
    return Buffer.concat([
      Buffer.from(`\x93NUMPY${version}`, "latin1"),
      length,
      text,
      Buffer.from(body, "latin1"),
    ]);
  }
  const HEADER = "{'descr': '|u1', 'fortran_order': False, 'shape': (2,), }";

  function codesOf(bytes: Uint8Array): string[] {
    return analyzeNpy(bufferSource(bytes), rootContext()).facts.flatMap((fact) =>
      fact.kind === "problem" ? [fact.code] : [],
    );
  }

  test("a pickle behind an object header is judged", () => {
    const bytes = npy("{'descr': '|O', 'fortran_order': False, 'shape': (1,), }", "cos\nsystem\n(S'id'\ntR.");
    const [fact] = analyzeNpy(bufferSource(bytes), rootContext()).facts;
    expect(fact).toMatchObject({ kind: "graph", graph: { calls: [{ callee: { name: "system" } }] } });
  });

  test("an object hidden in a record is found", () => {
    const bytes = npy(
      "{'descr': [('a', '<i4'), ('b', '|O')], 'fortran_order': False, 'shape': (1,), }",
      "N.",
    );
    expect(analyzeNpy(bufferSource(bytes), rootContext()).facts[0]).toMatchObject({ kind: "graph" });
  });

  test.each([
    [npy(HEADER, "a"), "truncated"],
    [npy(HEADER, "abc"), "leftover"],
    [npy(HEADER, "ab", "\x04\x00"), "unsupported"],
    [npy(HEADER.replace("|u1", "|u3"), "ab"), "malformed"],
    [npy(HEADER.replace("(2,)", "(-2,)"), "ab"), "malformed"],
    [npy(HEADER.replace("(2,)", "(2.0,)"), "ab"), "malformed"],
    [npy(HEADER.replace("False", "0"), "ab"), "malformed"],
    [npy(HEADER.replace("}", "'descr': '|u1'}"), "ab"), "malformed"],
    [npy(HEADER.replace("}", "'x': 1}"), "ab"), "malformed"],
    [npy("{'descr': '|u1'}", "ab"), "malformed"],
    [npy(HEADER.replace("(2,)", `(${"1,".repeat(100)})`), "a"), "malformed"],
    [npy(`${HEADER}[`, "ab"), "malformed"],
    [Buffer.from("\x93NUMPY\x01\x00\xff\xff", "latin1"), "budget"],
    [Buffer.from("\x93NUMPY\x01", "latin1"), "truncated"],
  ])("%#: %s", (bytes, code) => {
    expect(codesOf(bytes)).toEqual([code]);
  });
});

describe("what is no array", () => {
  function pickled(text: string): Value | undefined {
    return analyzePickle(bufferSource(Buffer.from(text, "latin1")), rootContext()).root;
  }
  const RECONSTRUCT = "cnumpy.core.multiarray\n_reconstruct\n";
  const DTYPE = "cnumpy\ndtype\n(X\x02\0\0\0u1I0\nI1\ntR";
  const array = (shape: string, data: string, callee = RECONSTRUCT, type = "cnumpy\nndarray\n") =>
    `\x80\x02${callee}(${type}(I0\ntU\x01btR(I1\n${shape}${DTYPE}I0\n${data}tb.`;

  test("the honest one is an array", () => {
    const value = pickled(array("(I2\nt", "U\x02ab"));
    expect(value === undefined ? undefined : asNdArray(value)).toMatchObject({ shape: [2] });
  });

  test.each([
    ["too few bytes", array("(I3\nt", "U\x02ab")],
    ["too many bytes", array("(I1\nt", "U\x02ab")],
    ["another function", array("(I2\nt", "U\x02ab", "cos\n_reconstruct\n")],
    ["another class", array("(I2\nt", "U\x02ab", RECONSTRUCT, "cnumpy.ma\nMaskedArray\n")],
    ["a negative size", array("(I-2\nI-1\nt", "U\x02ab")],
    ["text beyond Latin-1", array("(I1\nt", "V\\u0141\n")],
    ["a list for numbers", array("(I1\nt", "(I1\nl")],
  ])("%s", (_, text) => {
    const value = pickled(text);
    expect(value).toBeDefined();
    expect(value === undefined ? undefined : asNdArray(value)).toBeUndefined();
  });

  test.each(["f3", "<f8 ", "f8,f8", "b", "T", "<U99999999999", "f8[ns]", "", "O3"])(
    "dtype %j is not read",
    (text) => {
      expect(parseDTypeText(text)).toBeUndefined();
    },
  );
});
