import { VERDICTS } from "@modelkeep/findings";
import type { Analysis, Fact, ProblemCode } from "@modelkeep/formats";
import { describe, expect, test } from "vitest";
import { analysisOf, bytes, call, global, int, list, persistent, str, tuple } from "../testing/graphs.ts";
import { judge } from "./judge.ts";
import { DEFAULT_POLICY } from "./policy.ts";

function ids(analysis: Analysis): string[] {
  return judge(analysis).findings.map((finding) => finding.ruleId);
}

const CODE_TYPE = call(global("cloudpickle.cloudpickle", "_builtin_type"), tuple(str("CodeType")));

function carried(names: string[], globals: Parameters<typeof list> = []): ReturnType<typeof call> {
  const code = call(CODE_TYPE, tuple(int(0), bytes("\x97\x00"), tuple(...names.map((name) => str(name)))));
  return call(global("cloudpickle.cloudpickle", "_make_function"), tuple(code, list(...globals)));
}

describe("plain data", () => {
  test("is inert", () => {
    expect(judge(analysisOf(list(int(1), str("x"))))).toEqual({ verdict: "inert", findings: [] });
  });

  test("with bytes left over is not", () => {
    const judgement = judge(analysisOf(int(1)), DEFAULT_POLICY, { size: 11 });
    expect(judgement.verdict).toBe("unanalyzable");
    expect(judgement.findings.map((finding) => finding.ruleId)).toEqual(["MK1307"]);
  });

  test("of an unknown format is not, even when the reader forgot to say so", () => {
    expect(judge({ format: "unknown", parts: [], explained: 0, facts: [] }).verdict).toBe("unanalyzable");
  });
});

describe("what no model needs", () => {
  test("is malicious when called, with the call as evidence", () => {
    const { verdict, findings } = judge(analysisOf(call(global("posix", "system"), tuple(str("id")))));
    expect(verdict).toBe("malicious");
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({
      ruleId: "MK1001",
      severity: "critical",
      evidence: "posix.system('id')",
      location: { offset: 7 },
    });
  });

  test("is malicious when it is only imported, or thrown away, or an argument", () => {
    expect(judge(analysisOf(global("os", "system"))).verdict).toBe("malicious");
    expect(judge(analysisOf(int(1), { thrownAway: [global("os", "system")] })).verdict).toBe("malicious");
    expect(judge(analysisOf(list(tuple(global("builtins", "eval"))))).verdict).toBe("malicious");
  });

  test.each([
    ["numpy.testing", "os.system", "MK1001"],
    ["sklearn.base", "sys", "MK1003"],
    ["sklearn.tree", "__globals__", "MK1004"],
    ["sklearn.tree._classes", "DecisionTreeClassifier.__init__.__globals__", "MK1004"],
    ["", "os.system", "MK1001"],
    ["numpy", "f2py.os.system", "MK1001"],
    ["builtins", "getattr", "MK1004"],
    ["builtins", "eval.__call__", "MK1004"],
  ])("%s + %s is named %s", (module, name, id) => {
    expect(ids(analysisOf(call(global(module, name))))).toEqual([id]);
  });

  test("stays malicious beside a thousand unknown names", () => {
    const unknown = Array.from({ length: 1000 }, (_, index) => global("x", `n${index}`));
    const { verdict, findings } = judge(analysisOf(list(...unknown, call(global("os", "system")))));
    expect(verdict).toBe("malicious");
    expect(findings.some((finding) => finding.ruleId === "MK1001")).toBe(true);
    expect(findings.length).toBeLessThan(100);
    expect(findings.at(-1)?.message).toContain("975 more");
  });
});

describe("what is on no list", () => {
  test.each([
    ["mypackage.model", "Scaler"],
    ["__main__", "Model"],
    ["numpy", "constructor.prototype"],
    ["constructor", "__proto__"],
    ["toString", "valueOf"],
    ["", ""],
  ])("%j.%j is unanalyzable", (module, name) => {
    expect(judge(analysisOf(call(global(module, name)))).verdict).toBe("unanalyzable");
  });

  test("is allowed by an exact entry of the policy, and by nothing nearly like it", () => {
    const policy = { ...DEFAULT_POLICY, allow: new Set(["mypackage.model.Scaler"]) };
    const verdictOf = (name: string): string =>
      judge(analysisOf(call(global("mypackage.model", name))), policy).verdict;
    expect(verdictOf("Scaler")).toBe("allowlisted");
    expect(verdictOf("Scaler2")).toBe("unanalyzable");
    expect(verdictOf("scaler")).toBe("unanalyzable");
    expect(verdictOf("Scaler.fit")).toBe("unanalyzable");
  });

  test("a policy cannot allow what reaches out", () => {
    const policy = { ...DEFAULT_POLICY, allow: new Set(["os.system"]) };
    expect(judge(analysisOf(call(global("os", "system"))), policy).verdict).toBe("malicious");
  });

  test("is executable when it lies in the model's own code folder", () => {
    const context = { localModules: new Set(["mypackage"]) };
    expect(
      judge(analysisOf(call(global("mypackage.model", "Scaler"))), DEFAULT_POLICY, context).verdict,
    ).toBe("executable");
    expect(judge(analysisOf(call(global("mypackage2", "Scaler"))), DEFAULT_POLICY, context).verdict).toBe(
      "unanalyzable",
    );
    expect(
      judge(analysisOf(call(global("os", "system"))), DEFAULT_POLICY, { localModules: new Set(["os"]) })
        .verdict,
    ).toBe("malicious");
  });
});

describe("indirect calls", () => {
  test.each([
    ["the result of a call", call(call(global("mypackage", "f")))],
    ["a text", call(str("os.system"))],
    ["a tuple", call(tuple(global("mypackage", "f")))],
    ["a persistent object", call(persistent(str("x")))],
  ])("calling %s is not explained", (_, value) => {
    const { verdict, findings } = judge(analysisOf(value));
    expect(verdict).toBe("unanalyzable");
    expect(findings.map((finding) => finding.ruleId)).toContain("MK1010");
  });

  test("a getattr chain is malicious", () => {
    const chain = call(
      call(global("builtins", "getattr"), tuple(global("os", "path"), str("x"))),
      tuple(str("id")),
    );
    expect(judge(analysisOf(chain)).verdict).toBe("malicious");
  });
});

describe("effects", () => {
  test.each(["BUILD", "SETITEM", "APPEND", "ADDITEM"] as const)("%s on a global is malicious", (op) => {
    const target = global("sklearn.tree._classes", "DecisionTreeClassifier");
    const analysis = analysisOf(int(1), { effects: [{ op, target, operands: [int(1)], offset: 9 }] });
    const { verdict, findings } = judge(analysis);
    expect(verdict).toBe("malicious");
    expect(findings.find((finding) => finding.ruleId === "MK1011")?.location).toEqual({ offset: 9 });
  });

  test("on a plain value is unanalyzable", () => {
    const effects = [{ op: "BUILD" as const, target: int(1), operands: [], offset: 2 }];
    expect(judge(analysisOf(int(1), { effects })).verdict).toBe("unanalyzable");
  });
});

describe("carried code", () => {
  test("is executable by design, with its names as evidence", () => {
    const { verdict, findings } = judge(analysisOf(carried(["os", "system", "x"])));
    expect(verdict).toBe("executable");
    expect(findings.find((finding) => finding.ruleId === "MK1102")?.evidence).toBe("os, system");
  });

  test("may refer to blocked names without calling them", () => {
    const { verdict, findings } = judge(
      analysisOf(carried([], [global("os", "system"), global("mypackage", "helper")])),
    );
    expect(verdict).toBe("executable");
    expect(findings.filter((finding) => finding.ruleId === "MK1102")).toHaveLength(2);
  });

  test("does not excuse a call beside it, nor a reference elsewhere", () => {
    expect(judge(analysisOf(list(carried([]), call(global("os", "system"))))).verdict).toBe("malicious");
    expect(judge(analysisOf(list(carried([]), global("os", "system")))).verdict).toBe("malicious");
    expect(judge(analysisOf(carried([], [call(global("os", "system"))]))).verdict).toBe("malicious");
    expect(judge(analysisOf(list(carried([]), call(call(global("mypackage", "f")))))).verdict).toBe(
      "unanalyzable",
    );
  });

  test("makes names on no list executable, not more: it could import them itself", () => {
    expect(judge(analysisOf(list(carried([]), call(global("mypackage", "f"))))).verdict).toBe("executable");
    expect(judge(analysisOf(carried([], [global("builtins", "type")]))).verdict).toBe("executable");
  });

  test("that is called while loading is still executable", () => {
    expect(judge(analysisOf(call(carried([])))).verdict).toBe("executable");
  });

  test("only exact names carry", () => {
    expect(judge(analysisOf(call(global("cloudpickle.evil", "_make_function")))).verdict).toBe(
      "unanalyzable",
    );
  });
});

describe("persistent ids", () => {
  const storage = tuple(str("storage"), global("torch", "FloatStorage"), str("0"), str("cpu"), int(6));

  test("are torch storages in torch files", () => {
    expect(judge(analysisOf(persistent(storage), { syntax: "torch" })).verdict).toBe("allowlisted");
  });

  test.each([
    ["in a plain pickle", persistent(storage), "pickle" as const],
    [
      "of another kind",
      persistent(tuple(str("module"), global("torch", "FloatStorage"), str("0"))),
      "torch" as const,
    ],
    [
      "with a path as key",
      persistent(tuple(str("storage"), global("torch", "FloatStorage"), str("../0"), str("cpu"), int(6))),
      "torch" as const,
    ],
    [
      "of another class",
      persistent(tuple(str("storage"), global("os", "system"), str("0"), str("cpu"), int(6))),
      "torch" as const,
    ],
    ["that are text", persistent(str("0")), "torch" as const],
  ])("%s are not explained", (_, value, syntax) => {
    expect(["unanalyzable", "malicious"]).toContain(judge(analysisOf(value, { syntax })).verdict);
  });
});

describe("torch tensors", () => {
  const storage = persistent(
    tuple(str("storage"), global("torch", "FloatStorage"), str("0"), str("cpu"), int(6)),
  );
  const rebuild = global("torch._utils", "_rebuild_tensor_v2");
  const tensor = (offset: number, size: number[], stride: number[]): Analysis => {
    const counts = (numbers: number[]) => tuple(...numbers.map((number) => int(number)));
    const no = { kind: "bool", value: false } as const;
    const args = tuple(storage, int(offset), counts(size), counts(stride), no, {
      kind: "dict",
      entries: [],
      offset: 0,
    });
    return analysisOf(call(rebuild, args), { syntax: "torch" });
  };

  test("inside their storage are allowlisted", () => {
    expect(judge(tensor(0, [2, 3], [3, 1])).verdict).toBe("allowlisted");
    expect(judge(tensor(6, [0], [1])).verdict).toBe("allowlisted");
  });

  test.each([
    [1, [2, 3], [3, 1]],
    [0, [7], [1]],
    [0, [2], [2 ** 40]],
    [0, [2, 3], [3]],
    [-1, [1], [1]],
  ])("outside of it are not: %j %j %j", (offset, size, stride) => {
    expect(judge(tensor(offset, size, stride)).verdict).toBe("unanalyzable");
  });
});

describe("facts of readers", () => {
  const at = { part: "a.bin", offset: 5 };
  const codes: ProblemCode[] = [
    "truncated",
    "malformed",
    "ambiguous",
    "encrypted",
    "unsupported",
    "budget",
    "leftover",
    "unknown-format",
  ];

  test.each(codes)("a %s problem is unanalyzable, with its place", (code) => {
    const facts: Fact[] = [{ kind: "problem", code, message: "m", at }];
    const { verdict, findings } = judge({ format: "zip", parts: [], explained: 0, facts });
    expect(verdict).toBe("unanalyzable");
    expect(findings).toHaveLength(1);
    expect(findings[0]?.location).toEqual({ part: "a.bin", offset: 5 });
  });

  test("an embedded program is executable, a reference unanalyzable", () => {
    const of = (fact: Fact): string =>
      judge({ format: "zip", parts: [], explained: 0, facts: [fact] }).verdict;
    expect(of({ kind: "code", what: "TorchScript", message: "m", at })).toBe("executable");
    expect(of({ kind: "reference", target: "/etc/passwd", message: "m", at })).toBe("unanalyzable");
  });

  test("a broken file does not hide what ran before it broke", () => {
    const before = analysisOf(call(global("os", "system")));
    const facts: Fact[] = [...before.facts, { kind: "problem", code: "truncated", message: "m", at }];
    expect(judge({ ...before, facts }).verdict).toBe("malicious");
  });

  test("hostile text in a message is made printable and short", () => {
    const facts: Fact[] = [
      { kind: "problem", code: "malformed", message: `\u001b[2J${"x".repeat(5000)}`, at },
    ];
    const [finding] = judge({ format: "zip", parts: [], explained: 0, facts }).findings;
    expect(finding?.message).toMatch(/^\\u\{1b\}\[2Jx+…$/u);
    expect(finding?.message.length).toBeLessThan(700);
  });
});

test("verdicts only ever get worse", () => {
  expect(VERDICTS).toEqual(["inert", "allowlisted", "executable", "unanalyzable", "malicious"]);
});
