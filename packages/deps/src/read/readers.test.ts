import { describe, expect, test } from "vitest";
import type { FileKind, Reading } from "../model.ts";
import { kindOf } from "./kinds.ts";
import { readText } from "./read-file.ts";

/** `name specifier`, with what is special about it. */
function shown({ dependencies }: Reading): string[] {
  return dependencies.map(({ name, specifier, version, source, hashes, conda, ecosystem }) =>
    [
      ecosystem === "npm" ? "npm" : "",
      conda ? "conda" : "",
      `${name}${version === undefined ? (specifier === "" ? "" : ` ${specifier}`) : `==${version}`}`,
      source === undefined ? "" : `(${source.kind}${source.fixed ? "" : ", moves"})`,
      hashes.length === 0 ? "" : `#${hashes.length}`,
    ]
      .filter((one) => one !== "")
      .join(" "),
  );
}

const COMMIT = "0".repeat(40);

describe("what tools write is read", () => {
  test.each<[FileKind, string, string[]]>([
    [
      "pyproject",
      `[build-system]\nrequires = ["setuptools>=61"]\n[project]\nrequires-python = ">=3.9"\ndependencies = [\n  "a==1.0", # one\n  'b[x]>=2; os_name=="nt"',\n]\n[project.optional-dependencies]\ntest = ["c~=1.4"]\n[dependency-groups]\ndev = ["d", {include-group = "other"}]\n`,
      ["a==1.0", "b >=2", "setuptools >=61", "c ~=1.4", "d"],
    ],
    [
      "pyproject",
      `[tool.poetry.dependencies]\npython = "^3.9"\na = "^1.2.3"\nb = "~1.2"\nc = "1.0"\nd = {git = "https://e.org/d.git", rev = "${COMMIT}"}\ne = {path = "../e"}\nf = [{version = "<2", python = "<3.8"}, {version = ">=2"}]\ng = "*"\nh = "^0.0.3"\n[tool.poetry.group.dev.dependencies]\ni = ">=1 <2 || 3.*"\n`,
      [
        "a >=1.2.3,<2.0.0",
        "b >=1.2,<1.3",
        "c==1.0",
        "d (vcs)",
        "e (path)",
        "f <2",
        "f >=2",
        "g",
        "h >=0.0.3,<0.0.4",
        "i >=1,<2 || ==3.*",
      ],
    ],
    [
      "pyproject",
      `[tool.pdm.dev-dependencies]\ntest = ["a>=1", "-e file:///x#egg=y"]\n[tool.hatch.envs.default]\ndependencies = ["b"]\n[tool.uv]\ndev-dependencies = ["c==1"]\n[tool.uv.sources]\nz = { git = "https://e.org/z", tag = "v1" }\n`,
      ["c==1", "a >=1", "file:///x#egg=y (path)", "b", "z (vcs, moves)"],
    ],
    [
      "pipfile",
      `[[source]]\nurl = "https://e.org"\n[packages]\na = "==1.0"\nb = {version = "*", extras = ["x"]}\n[dev-packages]\nc = {git = "https://e.org/c", ref = "main"}\n`,
      ["a==1.0", "b", "c (vcs, moves)"],
    ],
    [
      "pipfile-lock",
      JSON.stringify({
        _meta: {},
        default: {
          a: { version: "==1.0", hashes: ["sha256:00", "sha256:11"] },
          b: { git: "https://e.org/b", ref: COMMIT },
        },
        develop: { c: { version: "===2" } },
      }),
      ["a==1.0 #2", "b (vcs)", "c==2"],
    ],
    [
      "poetry-lock",
      `[[package]]\nname = "A_a"\nversion = "1.0"\nfiles = [\n  {file = "a.whl", hash = "sha256:00"},\n]\n[[package]]\nname = "g"\nversion = "0.1"\n[package.source]\ntype = "git"\nurl = "https://e.org/g"\n[metadata]\npython-versions = ">=3.8"\n[metadata.files]\ng = [{file = "g", hash = "sha256:11"}]\n`,
      ["a-a==1.0 #1", "g==0.1 (vcs) #1"],
    ],
    [
      "uv-lock",
      `version = 1\n[[package]]\nname = "a"\nversion = "1.0"\nsource = { registry = "https://e.org/simple" }\nsdist = { url = "x", hash = "sha256:00" }\nwheels = [\n    { url = "y", hash = "sha256:11" },\n]\n[[package]]\nname = "me"\nversion = "0"\nsource = { editable = "." }\n`,
      ["a==1.0 #2", "me==0 (editable)"],
    ],
    [
      "pdm-lock",
      `[metadata]\nlock_version = "4.4"\n[[package]]\nname = "a"\nversion = "1.0"\nfiles = [{file = "a", hash = "sha256:00"}]\n`,
      ["a==1.0 #1"],
    ],
    [
      "pylock",
      `lock-version = "1.0"\n[[packages]]\nname = "a"\nversion = "1.0"\n[[packages.wheels]]\nurl = "x"\nhashes = { sha256 = "00" }\n[[packages]]\nname = "b"\n[packages.vcs]\ntype = "git"\nurl = "https://e.org/b"\ncommit-id = "${COMMIT}"\n`,
      ["a==1.0 #1", "b (vcs)"],
    ],
    [
      "setup-cfg",
      `[metadata]\nname = x\n[options]\npython_requires = >=3.8\ninstall_requires =\n    a>=1 # why\n    # nothing\n    b==2; os_name == "nt"\nsetup_requires = c\n[options.extras_require]\ntest = d\n  e<3\n`,
      ["a >=1", "b==2", "c", "d", "e <3"],
    ],
    [
      "setup-py",
      `from setuptools import setup\nREQ = [\n    "a==1.0",  # x\n    'b>=2',\n]\nsetup(install_requires=REQ, extras_require={"t": ["c"], 't2': ('d',)}, setup_requires=["e"])\n`,
      ["a==1.0", "b >=2", "e", "c", "d"],
    ],
    [
      "conda",
      `name: x\nchannels: [defaults]\ndependencies:\n  - python=3.10\n  - numpy=1.21.5=py39_0\n  - conda-forge::pytorch>=1,<2\n  - scipy 1.7.*\n  - pandas=1.3\n  - flask\n  - "jinja2[version='>=2,<3']"\n  - pip\n  - pip:\n    - a==1.0\n    - -e .\n`,
      [
        "conda numpy==1.21.5",
        "conda torch >=1,<2",
        "conda scipy ==1.7.*",
        "conda pandas ==1.3.*",
        "conda flask",
        "conda jinja2 >=2,<3",
        "conda pip",
        "a==1.0",
        ". (editable)",
      ],
    ],
    [
      "python-env",
      "python: 3.10.1\nbuild_dependencies:\n- pip==22\ndependencies:\n- a==1.0\n",
      ["a==1.0", "pip==22"],
    ],
    [
      "npm-lock",
      JSON.stringify({
        lockfileVersion: 3,
        packages: {
          "": { name: "me" },
          "node_modules/a": { version: "1.0.0", integrity: "sha512-x" },
          "node_modules/a/node_modules/@s/b": { version: "2.0.0" },
          "packages/w": {},
          "node_modules/w": { link: true },
          "node_modules/c": { version: "1.0.0", resolved: `git+ssh://git@e.org/c.git#${COMMIT}` },
          "node_modules/al": { name: "real", version: "3.0.0" },
        },
      }),
      ["npm a==1.0.0 #1", "npm @s/b==2.0.0", "npm c==1.0.0 (vcs)", "npm real==3.0.0"],
    ],
    [
      "npm-lock",
      JSON.stringify({
        lockfileVersion: 1,
        dependencies: {
          a: { version: "1.0.0", dependencies: { b: { version: "npm:real@2.0.0" } } },
          c: { version: "github:x/c#main" },
        },
      }),
      ["npm a==1.0.0", "npm real==2.0.0", "npm c (vcs, moves)"],
    ],
    [
      "yarn-lock",
      `# yarn lockfile v1\n\n"@s/a@^1.0", "@s/a@^1.1":\n  version "1.2.0"\n  dependencies:\n    version "^9"\n\nb@1:\n  version "1.0.0"\n`,
      ["npm @s/a==1.2.0", "npm b==1.0.0"],
    ],
    [
      "yarn-lock",
      `__metadata:\n  version: 6\n\n"a@npm:^1.0":\n  version: 1.2.0\n  resolution: "a@npm:1.2.0"\n`,
      ["npm a==1.2.0"],
    ],
    [
      "pnpm-lock",
      `lockfileVersion: '9.0'\n\npackages:\n\n  '@s/a@1.0.0':\n    resolution: {integrity: x}\n\n  b@2.0.0(c@1):\n    engines: {}\n\nsnapshots:\n\n  z@1.0.0: {}\n`,
      ["npm @s/a==1.0.0", "npm b==2.0.0"],
    ],
    [
      "pnpm-lock",
      `lockfileVersion: 5.4\npackages:\n  /a/1.0.0:\n    dev: true\n  /@s/b/2.0.0_x@1:\n    dev: true\n`,
      ["npm a==1.0.0", "npm @s/b==2.0.0"],
    ],
  ])("%s %#", (kind, text, expected) => {
    const reading = readText(kind, text);
    expect(reading.problems).toEqual([]);
    expect(shown(reading)).toEqual(expected);
  });
});

test("places are where the words stand", () => {
  const texts: [FileKind, string, string][] = [
    ["pyproject", '[project]\ndependencies = ["x", """a==1.0"""]\n', "1.0"],
    ["pipfile", '[packages]\n"a" = "==1.0"\n', "1.0"],
    ["conda", "dependencies:\n- a=1.0.0\n", "1.0.0"],
    ["conda", "dependencies:\n- pip:\n  - 'a==1.0'\n", "1.0"],
    ["setup-cfg", "[options]\ninstall_requires = a==1.0\n", "1.0"],
  ];
  for (const [kind, text, version] of texts) {
    const found = readText(kind, text).dependencies.find(({ name }) => name === "a");
    expect(text.slice(found?.versionAt?.start, found?.versionAt?.end), text).toBe(version);
  }
  const lock = '{\n "packages": {\n  "node_modules/a": {"version": "1.0.0"}\n }}';
  expect(readText("npm-lock", lock).dependencies[0]?.at.start).toBe(lock.indexOf('"node_modules/a"'));
});

test("uv mixes indexes only where it is told to", () => {
  const of = (strategy: string): string[] =>
    readText("pyproject", `[tool.uv]\n${strategy}\n[[tool.uv.index]]\nurl = "https://a"\n`).options.map(
      ({ kind }) => kind,
    );
  expect([of(""), of('index-strategy = "unsafe-best-match"')]).toEqual([["index"], ["extra-index"]]);
});

test("files are known by the names that tools give them", () => {
  const names = [
    "a/requirements-dev.txt",
    "dev-requirements.in",
    "requirements/base.txt",
    "x/constraints.txt",
    "my-python_env.yaml",
    "environment.dev.yml",
    "pylock.web.toml",
    "PIPFILE",
    "MLmodel",
  ];
  expect(names.map(kindOf)).toEqual([
    "requirements",
    "requirements",
    "requirements",
    "constraints",
    "python-env",
    "conda",
    "pylock",
    "pipfile",
    "mlmodel",
  ]);
  expect(
    ["notes.txt", "MANIFEST.in", "docker-compose.yml", "package.json", "requirements.md"].map(kindOf),
  ).toEqual(Array.from({ length: 5 }, () => undefined));
});

test("options and files that other files name", () => {
  const pyproject = readText(
    "pyproject",
    '[[tool.poetry.source]]\nname="x"\nurl="https://p"\npriority="supplemental"\n[[tool.uv.index]]\nurl="https://q"\nexplicit=true\n[tool.uv]\nextra-index-url=["http://r"]\n[tool.setuptools.dynamic]\ndependencies={file=["req.txt"]}\n',
  );
  expect(pyproject.options.map(({ kind, value }) => `${kind} ${value}`)).toEqual([
    "extra-index https://p",
    "index https://q",
    "index http://r",
  ]);
  expect(pyproject.includes.map(({ path }) => path)).toEqual(["req.txt"]);
  const model = readText(
    "mlmodel",
    "flavors:\n  python_function:\n    env:\n      conda: c.yaml\n      virtualenv: v.yaml\n",
  );
  expect(model.includes.map(({ kind, path }) => `${kind} ${path}`)).toEqual([
    "conda c.yaml",
    "python-env v.yaml",
  ]);
  expect(
    readText("setup-cfg", "[options]\ninstall_requires = file: a.txt, b.txt\n").includes.map(
      ({ path }) => path,
    ),
  ).toEqual(["a.txt", "b.txt"]);
});

describe("what is computed, odd or hostile is a problem", () => {
  test.each<[FileKind, string]>([
    ["setup-py", "setup(install_requires=read('requirements.txt'))"],
    ["setup-py", "setup(install_requires=['a'] + extra)"],
    ["setup-py", "R = ['a']\nR += ['b']\nsetup(install_requires=R)"],
    ["setup-py", "R = ['a']\nR.append('b')\nsetup(install_requires=R)"],
    ["setup-py", "setup(install_requires=['a' 'b'])"],
    ["setup-py", "setup(install_requires=[f'a=={V}'])"],
    ["setup-py", "setup(install_requires=['a\\x3d=1'])"],
    ["setup-py", "setup(install_requires=["],
    ["pyproject", "[project]\ndependencies = 'a'\n"],
    ["pyproject", "[project]\ndependencies = [3]\n"],
    ["pyproject", "[project]\nname = 'a'\nname = 'b'\n"],
    ["pyproject", 'x = "unterminated\n'],
    ["pyproject", `${"[a.".repeat(1)}${"b.".repeat(5_000)}c]\n`],
    ["poetry-lock", "package = 3\n"],
    ["poetry-lock", '[[package]]\nversion = "1"\n'],
    ["pipfile-lock", "[]"],
    ["pipfile-lock", '{"default": {"a": 3}}'],
    ["npm-lock", '{"a": 1}'],
    ["conda", "dependencies: 3\n"],
    ["conda", "dependencies:\n- &a x\n- *a\n"],
    ["conda", "dependencies:\n- pip: x\n"],
    ["conda", "dependencies: [a=1]\ndependencies: [b=1]\n"],
    ["conda", "dependencies:\n- {pip: [{a: b}]}\n"],
    ["conda", "a: b: c\n"],
    ["conda", "dependencies:\n- '!!'\n"],
    ["conda", `dependencies:\n- a${" ".repeat(600)}\n- "a >=${"1".repeat(3_000)}x"\n`],
    ["mlmodel", "\t- x: ["],
  ])("%s %j", (kind, text) => {
    expect(readText(kind, text).problems.length).toBeGreaterThan(0);
  });

  test("names of the language's own are only names", () => {
    const text =
      '{"lockfileVersion":3,"packages":{"node_modules/__proto__":{"version":"1.0.0"},"node_modules/constructor":{"version":"1.0.0"}}}';
    expect(shown(readText("npm-lock", text))).toEqual(["npm __proto__==1.0.0", "npm constructor==1.0.0"]);
    expect(shown(readText("pipfile", '[packages]\n__proto__ = "==1"\ntoString = "==2"\n'))).toEqual([
      "-proto-==1",
      "tostring==2",
    ]);
  });
});
