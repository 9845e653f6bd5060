import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { ALLOWLIST, lookup } from "./index.ts";

const FIXTURES = new URL("../../fixtures/allowlist/", import.meta.url);
const evidence: { globals: Record<string, { seen: number[]; forms: string[] }>; environments: unknown[] } =
  read("evidence.json");
const notAllowed: Record<string, string> = read("not-allowed.json");
const fromSource: Record<string, string> = read("from-source.json");

function read(name: string) {
  return JSON.parse(readFileSync(new URL(name, FIXTURES), "utf8"));
}

const listed = new Map(ALLOWLIST.map((entry) => [`${entry.module}.${entry.name}`, entry]));

describe("the allowlist and its evidence", () => {
  test("no entry stands twice", () => {
    const keys = ALLOWLIST.map((entry) => `${entry.module}\0${entry.name}`);
    expect(keys.filter((key, i) => keys.indexOf(key) !== i)).toEqual([]);
  });

  test("every entry was seen in a real model, or says which source calls it", () => {
    const unseen = [...listed.keys()].filter((name) => !(name in evidence.globals) && !(name in fromSource));
    expect(unseen).toEqual([]);
  });

  test("everything that real models name is allowed, or refused for a written reason", () => {
    const open = Object.keys(evidence.globals).filter((name) => !listed.has(name) && !(name in notAllowed));
    expect(open).toEqual([]);
  });

  test("nothing is allowed and refused at once, and no reason is left over", () => {
    expect(Object.keys(notAllowed).filter((name) => listed.has(name))).toEqual([]);
    expect(Object.keys(notAllowed).filter((name) => !(name in evidence.globals))).toEqual([]);
    expect(Object.keys(fromSource).filter((name) => !listed.has(name))).toEqual([]);
  });

  test("what real models call may be called, and what they pass on may stand as a value", () => {
    const wrong: string[] = [];
    for (const [name, { forms }] of Object.entries(evidence.globals)) {
      const entry = listed.get(name);
      if (entry === undefined) continue;
      if (forms.some((form) => /^(REDUCE|NEWOBJ)/.test(form)) && entry.call === undefined)
        wrong.push(`${name} is called`);
      if (forms.includes("value") && !entry.reference) wrong.push(`${name} is a value`);
    }
    expect(wrong).toEqual([]);
  });

  test("the evidence spans the promised versions", () => {
    const text = JSON.stringify(evidence.environments);
    for (const version of ["1.0.2", "1.2.2", "1.3.2", "1.4.2", "1.5.2", "1.6.1", "1.7.2", "1.9.1"]) {
      expect(text).toContain(`sklearn ${version}`);
    }
  });
});

describe("lookup", () => {
  test.each([
    ["builtins", "eval"],
    ["builtins", "exec"],
    ["builtins", "getattr"],
    ["builtins", "__import__"],
    ["builtins", "open"],
    ["os", "system"],
    ["posix", "system"],
    ["subprocess", "Popen"],
    ["numpy", "load"],
    ["numpy", "fromfile"],
    ["numpy.f2py", "compile"],
    ["numpy.testing._private.utils", "runstring"],
    ["operator", "attrgetter"],
    ["operator", "methodcaller"],
    ["_operator", "methodcaller"],
    ["joblib.memory", "Memory"],
    ["joblib", "load"],
    ["joblib.numpy_pickle", "load"],
    ["sklearn.datasets._base", "load_files"],
    ["sklearn.metrics._dist_metrics", "PyFuncDistance"],
    ["pandas", "read_pickle"],
    ["pandas", "eval"],
    ["pandas.io.pickle", "read_pickle"],
    ["pandas.core.computation.eval", "eval"],
    ["torch", "load"],
    ["functools", "reduce"],
    ["importlib", "import_module"],
    ["types", "CodeType"],
    ["types", "FunctionType"],
    ["copyreg", "_reduce_ex"],
  ])("%s.%s is on no list", (module, name) => {
    expect(lookup(module, name)).toBeUndefined();
  });

  test.each([
    ["numpy", ""],
    ["numpy", "log1p "],
    ["numpy.", "log1p"],
    ["Numpy", "log1p"],
    ["numpy", "log1p.__class__"],
    ["sklearn.tree._tree", "Tree.__reduce__"],
    ["numpy\0log1p", ""],
    ["__proto__", "constructor"],
    ["constructor", "prototype"],
  ])("only exact names match: %j %j", (module, name) => {
    expect(lookup(module, name)).toBeUndefined();
  });

  test("an exact name matches", () => {
    expect(lookup("numpy", "log1p")).toMatchObject({ module: "numpy", name: "log1p", reference: true });
  });
});
