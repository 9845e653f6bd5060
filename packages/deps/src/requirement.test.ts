import { describe, expect, test } from "vitest";
import { formatRequirement, parseRequirement, RequirementError } from "./requirement.ts";

describe("a plain requirement", () => {
  test.each([
    ["numpy==2.4.6", "numpy==2.4.6"],
    ["  Scikit_Learn >= 1.0 , <2 # why", "scikit-learn>=1.0,<2"],
    ["uvicorn[Standard,Http_2]~=0.30", "uvicorn[http-2,standard]~=0.30"],
    ["zope.interface", "zope-interface"],
    ["numpy (>=1,<2)", "numpy>=1,<2"],
    ["torch==2.1.0+cpu", "torch==2.1.0+cpu"],
    ["a==1.*", "a==1.*"],
    [
      "tomli>=1 ; python_version < '3.11' and (sys_platform != \"win32\")",
      "tomli>=1 ; python_version < '3.11' and ( sys_platform != \"win32\" )",
    ],
  ])("%s", (line, expected) => {
    const requirement = parseRequirement(line);
    expect(requirement === undefined ? undefined : formatRequirement(requirement)).toBe(expected);
    // What is written for the resolver reads the same again.
    expect(parseRequirement(expected)).toEqual(requirement);
  });

  test("nothing stands on empty lines and in comments", () => {
    expect([parseRequirement(""), parseRequirement("  # numpy==1"), parseRequirement("\t")]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});

describe("what would let a model choose where packages come from is refused by name", () => {
  test.each([
    ["--index-url https://a.example/simple", /option/u],
    ["-i https://a.example/simple", /option/u],
    ["--extra-index-url=https://a.example", /option/u],
    ["--find-links ./wheels", /option/u],
    ["-f wheels", /option/u],
    ["--trusted-host a.example", /option/u],
    ["--no-binary :all:", /option/u],
    ["--pre", /option/u],
    ["-r other.txt", /another file/u],
    ["-c constraints.txt", /another file/u],
    ["-e .", /editable/u],
    ["--editable=git+https://a.example/x", /editable/u],
    ["numpy==1 --hash=sha256:00", /option/u],
    ["numpy==1 --config-settings=a=b", /option/u],
    ["numpy @ https://a.example/numpy.whl", /address|come from/u],
    ["numpy@file:///tmp/x.whl", /address|come from/u],
    ["https://a.example/numpy-1.whl", /address/u],
    ["git+ssh://git@a.example/x#egg=x", /address/u],
    ["hg+static-http:x", /address/u],
    ["./local", /path/u],
    ["/tmp/x", /path/u],
    ["..", /path/u],
    ["dir\\x", /path/u],
    ["x-1.0-py3-none-any.whl", /path/u],
    ["x-1.0.tar.gz", /path/u],
    ["numpy==${VERSION}", /variable/u],
    ["$HOME", /variable/u],
    ["%PATH%", /variable/u],
    ["numpy===1.0", /texts/u],
    ["numpy==one", /versions/u],
    ["numpy==1,", /versions/u],
    ["numpy 1", /versions|no package/u],
    ["numpy[a b]", /extra/u],
    ["numpy[;]", /extra|no package/u],
    ["-", /option/u],
    ["=1", /no package/u],
    ["n\u{443}mpy", /characters/u],
    ["numpy\u0000", /characters/u],
    ["numpy; os.system('x')", /marker/u],
    ["numpy; python_version < '3' ; x", /marker/u],
    ["numpy; python_version < '$(id)'", /marker/u],
    ["a".repeat(2_000), /more than/u],
  ])("%s", (line, reason) => {
    expect(() => parseRequirement(line)).toThrow(RequirementError);
    expect(() => parseRequirement(line)).toThrow(reason);
  });
});
