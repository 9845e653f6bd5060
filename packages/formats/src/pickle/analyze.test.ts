import { bufferSource } from "@modelkeep/bytes";
import { describe, expect, test } from "vitest";
import { rootContext } from "../context.ts";
import { analyzePickle } from "./analyze.ts";
import { looksLikePickle } from "./probe.ts";
import { traceAnalysis } from "./trace.ts";

function source(text: string) {
  return bufferSource(Buffer.from(text, "latin1"));
}

function analyze(text: string) {
  return analyzePickle(source(text), rootContext());
}

const PAYLOAD = "cos\nsystem\n(S'id'\ntR.";

describe("analyzePickle", () => {
  test("explains every byte of one pickle", () => {
    expect(analyze(PAYLOAD)).toMatchObject({
      explained: PAYLOAD.length,
      parts: [{ what: "pickle", offset: 0, length: PAYLOAD.length }],
      facts: [{ kind: "graph" }],
    });
  });

  test("judges each pickle of several", () => {
    const analysis = analyze(`N.${PAYLOAD}`);
    expect(analysis.root).toMatchObject({ kind: "none" });
    expect(analysis.facts).toMatchObject([
      { at: { offset: 0 } },
      { at: { offset: 2 }, graph: { calls: [{}] } },
    ]);
  });

  test.each(["N.\n", "N.garbage", "N.\0\0\0", "N.N"])("%j leaves bytes over", (text) => {
    const analysis = analyze(text);
    expect(analysis.explained).toBe(2);
    expect(analysis.facts[0]).toMatchObject({ kind: "graph" });
    expect(analysis.facts.at(-1)).toMatchObject({ kind: "problem", code: "leftover" });
  });

  test("keeps what was called before an error, also behind the first pickle", () => {
    for (const text of ["cos\nsystem\n(S'id'\ntR\xff", "N.cos\nsystem\n(S'id'\ntR\xff"]) {
      const graphs = analyze(text).facts.filter((fact) => fact.kind === "graph");
      expect(graphs.at(-1)?.graph.calls).toHaveLength(1);
      expect(analyze(text).facts.at(-1)).toMatchObject({ kind: "problem" });
    }
  });

  test("a file of very many pickles ends in a budget", () => {
    const limits = rootContext({ maxGraphBytes: 2 ** 20 });
    expect(analyzePickle(source("N.".repeat(5000)), limits).facts.at(-1)).toMatchObject({ code: "budget" });
  });
});

describe("looksLikePickle", () => {
  test.each([PAYLOAD, "N.", "cos\nsystem\nrest of a text", `${"N0".repeat(30_000)}rest`, "(lp0\n."])(
    "%.40j",
    (text) => {
      expect(looksLikePickle(source(text))).toBe(true);
    },
  );

  test.each([
    "",
    "hello world",
    "{}",
    "[1, 2]",
    "PK\x03\x04",
    "def f(): pass\n",
    "Name,Value\n1,2\n",
    "I am\n",
    "%PDF-1.4",
  ])("%j is none", (text) => {
    expect(looksLikePickle(source(text))).toBe(false);
  });
});

describe("trace", () => {
  test("prints calls in order, with named results", () => {
    expect(traceAnalysis(analyze("cos\nsystem\n(S'id'\ntRp0\n0g0\n."))).toBe(
      "# pickle @0\nimport os: system\nv0 = os.system('id')\nreturn v0\n",
    );
  });

  test("prints nothing that a terminal obeys", () => {
    const trace = traceAnalysis(analyze("c\x1b[31m\n\r\n(V\\u202e\\u0007\x9b\ntR."));
    // oxlint-disable-next-line no-control-regex -- controls are what must not be there
    expect(trace.replaceAll("\n", "")).not.toMatch(/[\x00-\x1f\x7f-\x9f\u202e]/u);
    expect(trace).toContain("\\u{1b}");
  });

  test("ends on cyclic, deep and endless graphs", () => {
    expect(traceAnalysis(analyze("]\x94h\x00a."))).toContain("return [[[[[…]]]]]");
    expect(traceAnalysis(analyze(`${"(".repeat(9999)}${"t".repeat(9999)}.`)).length).toBeLessThan(200);
    const many = analyze(`${"ca\nb\n)R0".repeat(5000)}N.`);
    expect(traceAnalysis(many, { maxLines: 10 }).split("\n")).toHaveLength(13);
  });
});
