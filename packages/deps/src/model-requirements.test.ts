import { describe, expect, test } from "vitest";
import { readModelRequirements } from "./model-requirements.ts";
import { formatRequirement } from "./requirement.ts";

const PYTHON_ENV =
  "python: 3.11.7\nbuild_dependencies:\n- pip\n- setuptools\ndependencies:\n- -r requirements.txt\n";
const CONDA =
  "channels: [conda-forge]\ndependencies:\n- python=3.10.4\n- pip<=23\n- pip:\n  - mlflow==2.9.2\n  - numpy==1.26.4\nname: mlflow-env\n";
const read = (files: Parameters<typeof readModelRequirements>[0]): unknown => {
  const { python, requirements } = readModelRequirements(files);
  return [python, requirements.map(formatRequirement)];
};

test("MLflow's three files", () => {
  const requirements = "mlflow==3.17.2\r\nnumpy==2.4.6";
  expect(read({ requirements, pythonEnv: PYTHON_ENV, conda: CONDA })).toEqual([
    "3.11.7",
    ["mlflow==3.17.2", "numpy==2.4.6"],
  ]);
  expect(read({ conda: CONDA })).toEqual(["3.10.4", ["mlflow==2.9.2", "numpy==1.26.4"]]);
  expect(read({ pythonEnv: "python: 3.10\ndependencies: [numpy==1.26.4]" })).toEqual([
    "3.10",
    ["numpy==1.26.4"],
  ]);
});

describe("refused by name", () => {
  test.each<[name: string, files: Parameters<typeof readModelRequirements>[0], reason: RegExp]>([
    ["nothing", {}, /neither/u],
    ["a line that goes on", { requirements: "numpy==1 \\\n--index-url x" }, /next line/u],
    ["an include of a file that is not there", { pythonEnv: PYTHON_ENV }, /another file/u],
    [
      "an include of another file",
      { requirements: "a", pythonEnv: "dependencies: [-r other.txt]" },
      /another file/u,
    ],
    ["an option in the pip section", { conda: "dependencies:\n- pip:\n  - --index-url=x" }, /option/u],
    ["a package of conda's own", { conda: "dependencies: [numpy=1.26]" }, /conda's own/u],
    ["a channel in a package", { conda: "dependencies: ['evil::python=3.9']" }, /conda's own/u],
    ["an odd Python", { pythonEnv: "python: /tmp/python\n" }, /odd Python/u],
    ["aliases", { conda: "a: &a [x]\ndependencies: *a" }, /plain YAML/u],
    ["repeated keys", { pythonEnv: "python: 3.11.1\npython: 3.8.1" }, /plain YAML/u],
    ["a list where a mapping is", { conda: "[]" }, /no mapping/u],
    ["lists within lists", { pythonEnv: "dependencies: [[a]]" }, /no text/u],
    ["a huge file", { requirements: "#".repeat(300_000) }, /more than/u],
    ["endless requirements", { requirements: "a\n".repeat(600) }, /600 requirements/u],
  ])("%s", (_name, files, reason) => {
    expect(() => readModelRequirements(files)).toThrow(reason);
  });
});
