import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Advisories, recordsSource } from "../advisories.ts";
import { auditProject } from "../audit.ts";
import { tell } from "../messages/said.ts";
import type { IndexPages } from "../online/page.ts";
import { OsvDatabase } from "../osv.ts";
import { advisoryOf } from "../osv-record.ts";
import { readProject } from "../project.ts";
import { changedFiles, writeChanged } from "./apply.ts";
import { unifiedDiff } from "./diff.ts";
import { planFixes } from "./plan.ts";

const NOW = Date.parse("2024-11-01T00:00:00Z");
let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "deps-fix-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const record = (id: string, name: string, ...events: object[]): object => ({
  ...{ id, modified: "2024-10-10T00:00:00Z" },
  affected: [{ package: { ecosystem: "PyPI", name }, ranges: [{ type: "ECOSYSTEM", events }], versions: [] }],
});
// 1.0 to 1.5 and 2.0 to 2.1 are affected.
const RECORDS = [
  record("PYSEC-1", "foo", { introduced: "1.0" }, { fixed: "1.5" }, { introduced: "2.0" }, { fixed: "2.1" }),
  record("PYSEC-2", "foo", { introduced: "1.4" }, { fixed: "1.6" }),
  record("PYSEC-3", "stuck", { introduced: "0" }),
  record("MAL-1", "evil", { introduced: "0" }),
];
const source = recordsSource("osv", OsvDatabase.of(RECORDS.flatMap((one) => advisoryOf(one) ?? [])));

function write(files: Readonly<Record<string, string | Uint8Array>>): void {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
}

function plan(pages: IndexPages = new Map()) {
  const project = readProject([folder]);
  const { findings } = auditProject(project, { sources: [source], pages, now: NOW });
  return planFixes(project, { advisories: new Advisories([source]), pages, findings });
}

function fixed(name: string, pages?: IndexPages): string {
  writeChanged(changedFiles(plan(pages).edits));
  return readFileSync(join(folder, name), "latin1");
}

describe("a pin goes to the nearest safe version, and nothing else changes", () => {
  test.each([
    [
      "requirements.txt",
      "# é\r\nfoo  ==\t1.2 ; os_name == 'nt'  # why\r\n",
      "# é\r\nfoo  ==\t1.6 ; os_name == 'nt'  # why\r\n",
    ],
    ["requirements.txt", "foo[x]>=1,==2.0,<3", "foo[x]>=1,==2.1,<3"],
    ["requirements.txt", "foo \\\n  ==1.2\n", "foo \\\n  ==1.6\n"],
    ["requirements.in", "-i https://e.org/1.2\nfoo==1.2\n", "-i https://e.org/1.2\nfoo==1.6\n"],
    [
      "pyproject.toml",
      "[project]\ndependencies = ['foo==1.2']\n",
      "[project]\ndependencies = ['foo==1.6']\n",
    ],
    [
      "pyproject.toml",
      '[tool.poetry.dependencies]\nfoo = { version = "1.2", extras = ["1.2"] }\n',
      '[tool.poetry.dependencies]\nfoo = { version = "1.6", extras = ["1.2"] }\n',
    ],
    ["Pipfile", '[packages]\nfoo = "==1.2"\n', '[packages]\nfoo = "==1.6"\n'],
    [
      "setup.cfg",
      "[options]\ninstall_requires =\n    foo==1.2\n",
      "[options]\ninstall_requires =\n    foo==1.6\n",
    ],
    ["setup.py", "setup(install_requires=['foo==1.2'])\n", "setup(install_requires=['foo==1.6'])\n"],
    [
      "environment.yml",
      'dependencies:\n- foo=1.2.0\n- pip:\n  - "foo==1.2"\n',
      'dependencies:\n- foo=1.6\n- pip:\n  - "foo==1.6"\n',
    ],
    ["python_env.yaml", "dependencies:\n- foo==1.2\n", "dependencies:\n- foo==1.6\n"],
  ])("%s %j", (name, before, after) => {
    write({ [name]: Buffer.from(before, "latin1") });
    expect(fixed(name)).toBe(after);
    expect(plan()).toEqual({ edits: [], raises: [], refusals: [] });
  });

  test("byte order marks and UTF-16 stay", () => {
    write({ "requirements.txt": Buffer.from("\ufefffoo==1.2\n", "utf16le") });
    fixed("requirements.txt");
    expect(
      readFileSync(join(folder, "requirements.txt")).equals(Buffer.from("\ufefffoo==1.6\n", "utf16le")),
    ).toBe(true);
  });

  test("what the rest of the project asks for is kept", () => {
    write({ "requirements.txt": "foo==1.2\n", "constraints.txt": "foo!=1.6\n" });
    expect(fixed("requirements.txt")).toBe("foo==2.1\n");
  });
});

const release = (requiresPython?: string, yanked?: string) => ({
  yanked,
  requiresPython,
  hashes: [`sha256:${"b".repeat(64)}`, `sha256:${"a".repeat(64)}`],
});

describe("with the index", () => {
  test("only what was released, is not withdrawn, and runs on the project's Python", () => {
    const pages: IndexPages = new Map([
      [
        "foo",
        {
          releases: new Map([
            ["1.2", release()],
            ["1.7", release(undefined, "bad")],
            ["1.8", release(">=3.12")],
            ["1.9", release(">=3.8")],
            ["1.9.1", release()],
          ]),
        },
      ],
    ]);
    write({ "requirements.txt": "foo==1.2\n", "pyproject.toml": '[project]\nrequires-python = ">=3.9"\n' });
    expect(fixed("requirements.txt", pages)).toBe("foo==1.9\n");
  });

  test("hashes are renewed, laid out as they were", () => {
    const pages: IndexPages = new Map([["foo", { releases: new Map([["1.6", release()]]) }]]);
    const old = (hash: string): string => `--hash=sha256:${hash.repeat(64)}`;
    write({
      "requirements.txt": `foo==1.2 \\\n    ${old("0")} \\\n    ${old("1")}\n    # via x\nbar==1 ${old("2")}\n`,
    });
    expect(fixed("requirements.txt", pages)).toBe(
      `foo==1.6 \\\n    ${old("a")} \\\n    ${old("b")}\n    # via x\nbar==1 ${old("2")}\n`,
    );
  });
});

describe("what is not changed is said, with the reason", () => {
  test.each<[Readonly<Record<string, string>>, RegExp]>([
    [{ "requirements.txt": "stuck==1\n" }, /no later version/u],
    [{ "requirements.txt": "evil==1\n" }, /compromised/u],
    [{ "requirements.txt": "foo>=1.0,<1.4\n" }, /every version that is allowed/u],
    [{ "requirements.txt": "foo==1.2,<1.6\n" }, /is allowed by/u],
    [
      { "requirements.txt": "foo==1.2\n", "pyproject.toml": '[project]\ndependencies=["foo<1.6"]' },
      /allowed by <1\.6 in .*pyproject/u,
    ],
    [{ "requirements.txt": "foo==1.2+cpu\n" }, /somebody's own/u],
    [{ "requirements.txt": `foo==1.2 --hash=sha256:${"0".repeat(64)}\n` }, /known to the index alone/u],
    [{ "requirements.txt": "foo @ https://e.org/foo-1.2.tar.gz\n" }, /address of its own/u],
    [{ "poetry.lock": '[[package]]\nname = "foo"\nversion = "1.2"\n' }, /poetry update foo/u],
    [{ "environment.yml": "dependencies:\n- foo=1.2=py39_0\n" }, /build of conda/u],
    [{ "pyproject.toml": '[project]\ndependencies = ["foo==1\\u002e2"]\n' }, /does not stand/u],
    [{ MLmodel: "flavors: {}\n", "requirements.txt": "foo==1.2\n" }, /belongs to a model/u],
  ])("%j", (files, reason) => {
    write(files);
    const { edits, refusals } = plan();
    expect(edits).toEqual([]);
    expect(refusals.map((one) => tell(one.reason)).join("\n")).toMatch(reason);
  });

  test("a file that changed meanwhile is left alone", () => {
    write({ "requirements.txt": "foo==1.2\n" });
    const changed = changedFiles(plan().edits);
    write({ "requirements.txt": "foo==1.2\nbar==1\n" });
    expect(() => writeChanged(changed)).toThrow(expect.objectContaining({ code: "INTEGRITY" }));
    expect(readFileSync(join(folder, "requirements.txt"), "utf8")).toBe("foo==1.2\nbar==1\n");
  });
});

test("the diff is one that git takes", () => {
  const lines = Array.from({ length: 30 }, (_, at) => `p${at}==1\n`);
  lines[3] = "foo==1.2\r\n";
  lines[25] = "foo \\\n ==1.2";
  write({ "requirements.txt": lines.slice(0, 26).join("") });
  const changed = changedFiles(plan().edits);
  const copy = join(folder, "copy");
  write({ "copy/requirements.txt": readFileSync(join(folder, "requirements.txt")) });
  const depth = folder.split("/").length;
  execFileSync("git", ["apply", "--whitespace=nowarn", `-p${depth}`], {
    cwd: copy,
    input: unifiedDiff(changed),
  });
  writeChanged(changed);
  const after = readFileSync(join(folder, "requirements.txt"), "utf8");
  expect(after).toContain("foo==1.6\r\n");
  expect(readFileSync(join(copy, "requirements.txt"), "utf8")).toBe(after);
});
