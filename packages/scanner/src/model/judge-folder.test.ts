import type { FileReport } from "@modelkeep/findings";
import type { MlmodelFacts } from "@modelkeep/formats";
import { describe, expect, test } from "vitest";
import { Collector } from "../collector.ts";
import type { Entry } from "../scan/walk.ts";
import { judgeFolder } from "./judge-folder.ts";
import { localModulesOf } from "./local-modules.ts";

type Flavors = Record<string, Record<string, unknown>>;

function factsOf(flavors: Flavors): MlmodelFacts {
  return { flavors, document: { flavors } };
}

function entriesOf(paths: readonly string[]): Entry[] {
  return paths.map((relative) => ({ path: `/nowhere/${relative}`, relative, kind: "file", inModel: true }));
}

function reportOf(path: string, format: string): FileReport {
  return {
    path,
    sha256: "",
    size: 1,
    format,
    verdict: "inert",
    admitted: true,
    coverage: { bytes: 1, explained: 1 },
    findings: [],
  };
}

/** Files by name and format; requirement files are left out, they are read from disk. */
function judgement(flavors: Flavors, files: Record<string, string>): { verdict: string; rules: string[] } {
  const into = new Collector();
  const names = Object.keys(files);
  const reports = names.map((name) => reportOf(name, files[name] ?? ""));
  judgeFolder({ facts: factsOf(flavors), entries: entriesOf(names), files: reports }, into);
  return { verdict: into.verdict, rules: into.findings.map((finding) => finding.ruleId) };
}

const SKLEARN: Flavors = {
  sklearn: { pickled_model: "model.pkl", serialization_format: "cloudpickle" },
  python_function: { loader_module: "mlflow.sklearn", model_path: "model.pkl" },
};
const SKOPS: Flavors = {
  sklearn: { pickled_model: "model.skops", serialization_format: "skops" },
  python_function: { loader_module: "mlflow.sklearn", model_path: "model.skops" },
};

describe("files that the flavors name", () => {
  test.each([
    [SKLEARN, { MLmodel: "mlmodel", "model.pkl": "pickle" }],
    [SKLEARN, { MLmodel: "mlmodel", "model.pkl": "joblib" }],
    [SKOPS, { MLmodel: "mlmodel", "model.skops": "skops" }],
    [{ sklearn: { pickled_model: "./data//model.pkl" } }, { "data/model.pkl": "pickle" }],
    [{ python_function: { loader_module: "mlflow.catboost", data: "data" } }, { "data/model.cb": "cbm" }],
  ])("are there and what their reader takes: %j", (flavors, files) => {
    expect(judgement(flavors, files)).toEqual({ verdict: "inert", rules: [] });
  });

  test("are missing", () => {
    expect(judgement(SKLEARN, { MLmodel: "mlmodel" })).toEqual({
      verdict: "unanalyzable",
      rules: ["MK1405", "MK1405"],
    });
  });

  test.each([
    [SKLEARN, { "model.pkl": "skops" }],
    [SKLEARN, { "model.pkl": "zip" }],
    [SKLEARN, { "model.pkl": "text" }],
    [SKOPS, { "model.skops": "pickle" }],
    [{ python_function: { loader_module: "mlflow.sklearn", model_path: "m" } }, { m: "skops" }],
    [{ xgboost: { data: "model.ubj" } }, { "model.ubj": "pickle" }],
    [{ lightgbm: { data: "m" } }, { m: "pickle" }],
    [{ lightgbm: { data: "m", model_class: "lightgbm.sklearn.LGBMClassifier" } }, { m: "text" }],
    [{ catboost: { data: "m" } }, { m: "pickle" }],
  ])("would be read by another reader than the one that explained them: %j %j", (flavors, files) => {
    const { verdict, rules } = judgement(flavors, files);
    expect(verdict).toBe("unanalyzable");
    expect(new Set(rules)).toEqual(new Set(["MK1406"]));
  });
});

describe("Python files", () => {
  test("on the import path are executable", () => {
    const flavors = { sklearn: { code: "code" } };
    expect(judgement(flavors, { "code/helper.py": "text" })).toEqual({
      verdict: "executable",
      rules: ["MK1401"],
    });
  });

  test("that make the model are executable, wherever they once were", () => {
    const flavors = { python_function: { model_code_path: "/home/somebody/model.py" } };
    expect(judgement(flavors, { "model.py": "text" })).toEqual({ verdict: "executable", rules: ["MK1401"] });
    expect(judgement(flavors, {}).verdict).toBe("unanalyzable");
  });

  test("that nothing loads are a note", () => {
    expect(judgement(SKLEARN, { "model.pkl": "pickle", "notes/helper.py": "text" })).toEqual({
      verdict: "inert",
      rules: ["MK1408"],
    });
  });
});

test("a folder without a readable MLmodel is not admitted", () => {
  const into = new Collector();
  judgeFolder({ facts: undefined, entries: [], files: [] }, into);
  expect(into.verdict).toBe("unanalyzable");
});

describe("localModulesOf", () => {
  const modulesOf = (code: unknown, files: string[]): string[] => [
    ...localModulesOf(factsOf({ sklearn: { code } }), entriesOf(files)),
  ];

  test("are the top-level modules of the code folder", () => {
    expect(
      modulesOf("code", [
        "code/a.py",
        "code/b/__init__.py",
        "code/c.so",
        "other/d.py",
        "code/not-a-module.py",
      ]),
    ).toEqual(["a", "b", "c"]);
  });

  test("are those of the whole folder when it is the code folder", () => {
    expect(modulesOf("./", ["a.py", "b/c.py"])).toEqual(["a", "b"]);
  });

  test.each([[undefined], [null], [""], [3], ["elsewhere"]])("are none for code: %j", (code) => {
    expect(modulesOf(code, ["code/a.py"])).toEqual([]);
  });
});
