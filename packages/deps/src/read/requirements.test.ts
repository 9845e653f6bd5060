import { describe, expect, test } from "vitest";
import { readRequirements } from "./requirements.ts";

const read = (text: string) => readRequirements(text, "requirements");
const names = (text: string): string[] =>
  read(text).dependencies.map(({ name, specifier }) => name + specifier);

describe("what pip reads is read", () => {
  test.each<[string, string[]]>([
    ["Foo_Bar==1.0", ["foo-bar==1.0"]],
    ["a == 1.0 # comment", ["a==1.0"]],
    ["a#b==1", []],
    ["a [x, y] >=1,<2 ; python_version < '3'", ["a>=1,<2"]],
    ["a (>=1.0)", ["a>=1.0"]],
    ["a>=1 \\\n,<2", ["a>=1,<2"]],
    ["a==1 \\\r\n  --hash=sha256:00 \\\r\n  --hash=sha256:11", ["a==1"]],
    ["# comment \\\na==1", ["a==1"]],
    ["a==1 \\\n# comment\nb==2", ["a==1", "b==2"]],
    ["# harmless\u2028a==1", ["a==1"]],
    ["# harmless\u0085a==1\u000bb==2", ["a==1", "b==2"]],
    ["a==1\rb==2", ["a==1", "b==2"]],
    ["a @ https://e.org/a-1.0-py3-none-any.whl", ["a==1.0"]],
    ["https://e.org/x/b-2.0.tar.gz#sha256=00", ["b==2.0"]],
    ["./c-3.0.zip", ["c==3.0"]],
    ["git+https://e.org/r.git@main#egg=D_d", ["d-d"]],
    ["-e git+https://e.org/r.git#egg=e", ["e"]],
  ])("%j", (text, expected) => {
    const reading = read(text);
    expect(reading.dependencies.map(({ name, specifier }) => name + specifier)).toEqual(expected);
    if (expected.length > 0) expect(reading.problems).toEqual([]);
  });
});

describe("what cannot be read is a problem, never nothing", () => {
  test.each([
    ["a=1", /no valid versions/u],
    ["a==", /no valid versions/u],
    ["==1.0", /names no package/u],
    ["a b", /no valid versions/u],
    ["${NAME}==1", /variable of the environment/u],
    ["--frobnicate x", /not known/u],
    [`a==${"1".repeat(9_000)}`, /not read/u],
    ["x".repeat(300_000), /not read/u],
  ])("%j", (text, message) => {
    const { problems, dependencies } = read(text);
    expect(problems[0]?.message).toMatch(message);
    expect(dependencies).toEqual([]);
  });
});

test("options in all spellings of optparse", () => {
  const { options, includes, requireHashes } = read(
    [
      "-i http://a",
      "--index-url=http://b",
      "-ihttp://c",
      "--extra http://d",
      "-f 'http://e f'",
      "--trusted-host g",
      "-r one.txt -c two.txt",
      "--require-hashes",
    ].join("\n"),
  );
  expect(options.map(({ kind, value }) => `${kind} ${value}`)).toEqual([
    "index http://a",
    "index http://b",
    "index http://c",
    "extra-index http://d",
    "find-links http://e f",
    "trusted-host g",
  ]);
  expect(includes.map(({ path, kind }) => `${kind} ${path}`)).toEqual([
    "requirements one.txt",
    "constraints two.txt",
  ]);
  expect(requireHashes).toBe(true);
});

test("places are those of the file, over joined lines", () => {
  const text = "# x\r\n a \\\r\n  == 1.5 \\\r\n --hash=sha256:00\r\n";
  const [found] = read(text).dependencies;
  expect(text.slice(found?.versionAt?.start, found?.versionAt?.end)).toBe("1.5");
  expect(text.slice(found?.hashesAt?.start, found?.hashesAt?.end)).toBe("--hash=sha256:00");
  expect(text.slice(found?.at.start, found?.at.end)).toBe("a \\\r\n  == 1.5");
});

test("sources: whether they are held still, and without credentials", () => {
  const commit = "0".repeat(40);
  const { dependencies } = read(
    [
      `git+https://u:secret@e.org/r.git@${commit}#egg=a`,
      "git+https://e.org/r.git@v1#egg=b",
      `c @ https://e.org/c.zip#sha256=${"0".repeat(64)}`,
      "d @ https://e.org/d.zip",
      "../up",
    ].join("\n"),
  );
  expect(dependencies.map(({ source }) => [source?.kind, source?.fixed])).toEqual([
    ["vcs", true],
    ["vcs", false],
    ["url", true],
    ["url", false],
    ["path", true],
  ]);
  expect(JSON.stringify(dependencies)).not.toContain("secret");
});

test("hostile lines cost no more than their length", () => {
  const long = 150_000;
  for (const text of [
    " ".repeat(long) + "#",
    "\\".repeat(long) + "a",
    "[".repeat(long),
    `a${" ".repeat(7_000)};`,
    "-".repeat(long),
    "a" + "=".repeat(7_000),
  ])
    expect(() => read(`${text}\n`.repeat(20))).not.toThrow();
  expect(names("a==1\n".repeat(3))).toHaveLength(3);
});
