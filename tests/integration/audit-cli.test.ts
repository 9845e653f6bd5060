import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const ROOT = join(import.meta.dirname, "../..");
const COMMAND = join(ROOT, "packages/modelkeep/dist/main.js");

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "audit-cli-"));
  put("bad/load.py", "import pickle\n\ndef load(path):\n    return pickle.load(open(path, 'rb'))\n");
  put(
    "bad/.github/workflows/ci.yml",
    "on: push\njobs:\n  a:\n    steps:\n      - run: bandit -r . || true\n",
  );
  put(
    "good/load.py",
    "import json\n\ndef load(path):\n    with open(path) as file:\n        return json.load(file)\n",
  );
  put("partial/half.py", "def f(:\n    pass\n");
});
afterAll(() => rmSync(folder, { recursive: true }));

function put(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function run(argv: readonly string[], options: { input?: string; env?: NodeJS.ProcessEnv } = {}): Outcome {
  const env = {
    ...process.env,
    LANG: "C",
    LC_ALL: "C",
    HOME: folder,
    XDG_CONFIG_HOME: folder,
    ...options.env,
  };
  const { status, stdout, stderr } = spawnSync(process.execPath, [COMMAND, ...argv], {
    cwd: folder,
    env,
    encoding: "utf8",
    ...(options.input === undefined ? {} : { input: options.input }),
  });
  return { code: status, stdout, stderr };
}

describe("modelkeep audit", () => {
  test("exits 1 for findings, 0 without, and shows no colour in a pipe", () => {
    const bad = run(["audit", "bad"]);
    expect(bad.code).toBe(1);
    expect(bad.stdout).toContain("bad/load.py:4:");
    expect(bad.stdout).toContain("bad/.github/workflows/ci.yml:5:");
    expect(bad.stdout).not.toContain("\u001b");
    expect(bad.stderr).toBe("");
    expect(run(["audit", "good"])).toMatchObject({ code: 0, stderr: "" });
  });

  test("exits 0 for a file that is audited in part, and 1 with --strict", () => {
    const { code, stdout } = run(["audit", "partial"]);
    expect(code).toBe(0);
    expect(stdout).toContain("partial/half.py");
    expect(run(["audit", "partial", "--strict"]).code).toBe(1);
  });

  test.each([
    [["audit"], /^modelkeep: audit: nothing to audit: name a file/u],
    [["audit", "no-such-folder"], /^modelkeep: no-such-folder: no such file or folder: check the path/u],
    [["audit", "bad", "--baseline", "none.json"], /^modelkeep: cannot open none\.json: .*: check the path/u],
    [["audit", "--explain", "MK9999"], /^modelkeep: audit: there is no rule "MK9999"/u],
    [["score"], /^modelkeep: score: nothing to score/u],
    [["report", "bad"], /^modelkeep: report: no folder to write to: give --output-dir DIR/u],
  ])("%j exits 2 with one line", (argv, message) => {
    const { code, stdout, stderr } = run(argv);
    expect(code).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).toMatch(message);
    expect(stderr.trimEnd()).not.toContain("\n");
  });

  test("refuses an unknown key of modelkeep.yaml with the nearest", () => {
    put("modelkeep.yaml", "audit:\n  failon: low\n");
    const { code, stderr } = run(["audit", "good"]);
    rmSync(join(folder, "modelkeep.yaml"));
    expect(code).toBe(2);
    expect(stderr).toContain('unknown key "audit.failon"; did you mean audit.fail_on?');
  });

  test("speaks Chinese by the locale and by --lang", () => {
    expect(run(["audit", "bad"], { env: { LC_ALL: "zh_CN.UTF-8" } }).stdout).toContain("安全评分：");
    expect(run(["audit", "bad", "--lang", "zh", "--format", "markdown"]).stdout).toContain(
      "# Modelkeep 安全审计报告",
    );
  });

  test("gives standard output to the document alone, and files whole", () => {
    const { stdout } = run(["audit", "bad", "--format", "json"]);
    expect(JSON.parse(stdout)).toMatchObject({ schema: "modelkeep-audit/1", summary: { files: 2 } });
    const file = run(["audit", "bad", "--format", "sarif", "--output", "out.sarif"]);
    expect(file).toMatchObject({ code: 1, stdout: "" });
    expect(JSON.parse(readFileSync(join(folder, "out.sarif"), "utf8"))).toMatchObject({ version: "2.1.0" });
  });

  test("with a baseline counts what is new, wherever old code moves", () => {
    expect(run(["audit", "bad", "--write-baseline", "base.json"]).code).toBe(1);
    expect(run(["audit", "bad", "--baseline", "base.json"]).code).toBe(0);
    put("bad/load.py", `# one more line\n${readFileSync(join(folder, "bad/load.py"), "utf8")}`);
    expect(run(["audit", "bad", "--baseline", "base.json"]).code).toBe(0);
    put("bad/new.py", "import pickle\npickle.loads(b'x')\n");
    const { code, stdout } = run(["audit", "bad", "--baseline", "base.json"]);
    rmSync(join(folder, "bad/new.py"));
    expect(code).toBe(1);
    expect(stdout).toContain("bad/new.py:2:1");
    expect(stdout).not.toContain("bad/load.py:");
  });

  test("hears suppressions with a reason, and none without", () => {
    const code = (comment: string): string =>
      `import pickle\npickle.loads(b'x')  # modelkeep: ignore[MK2002]${comment}\n`;
    expect(run(["audit", "-"], { input: code(" bytes of our own") }).code).toBe(0);
    const without = run(["audit", "-"], { input: code("") });
    expect(without.code).toBe(1);
    expect(without.stdout).toContain("MK2910");
    expect(run(["audit", "-"], { input: code(" own until=2020-01-01") }).stdout).toContain("MK2912");
  });

  test("fails when an accepted risk expires, and not before", () => {
    const entry = (day: string): string =>
      `accepted:\n  - id: MK2002\n    paths: [bad]\n    reason: r\n    owner: o\n    expires: ${day}\n  - id: MK2801\n    paths: [bad]\n    reason: r\n    owner: o\n    expires: 9999-12-31\n`;
    put("modelkeep-risks.yaml", entry("9999-12-31"));
    expect(run(["audit", "bad"]).code).toBe(0);
    put("modelkeep-risks.yaml", entry("2020-01-01"));
    const { code, stdout } = run(["audit", "bad"]);
    rmSync(join(folder, "modelkeep-risks.yaml"));
    expect(code).toBe(1);
    expect(stdout).toContain("modelkeep-risks.yaml:2:1");
  });
});

describe("modelkeep score and report", () => {
  test("score says what it is made of, and fails under a limit", () => {
    const { code, stdout } = run(["score", "bad", "--fail-under", "100"]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^Security score: \d+ \/ 100\n/u);
    expect(stdout).toContain("Model loading: MK2002 × 1");
  });

  test("report writes a set in Chinese and says where it begins", () => {
    const { code, stdout } = run(["report", "bad", "--lang", "zh", "--output-dir", "set"]);
    expect(code).toBe(1);
    expect(stdout).toBe("set/index.html\n");
    expect(readdirSync(join(folder, "set"))).toContain("remediation.html");
    expect(readFileSync(join(folder, "set/index.html"), "utf8")).toContain("管理摘要");
  });
});
