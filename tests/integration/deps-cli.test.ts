import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

const root = join(import.meta.dirname, "..", "..");
const command = join(root, "packages", "modelkeep", "bin", "modelkeep");
const records = join(root, "packages", "deps", "fixtures", "osv-pypi-2024-10-10-part.zip");

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "deps-cli-"));
});
afterAll(() => rmSync(folder, { recursive: true }));
beforeEach(() => {
  rmSync(join(folder, "modelkeep.yaml"), { force: true });
  writeFileSync(join(folder, "requirements.txt"), "django==3.0.1\nreqeusts==2.0\n");
});

async function deps(...args: string[]): Promise<{ status: number | null; stdout: string; stderr: string }> {
  // Not spawnSync: the service that it asks may be this process' own child, and must be read meanwhile.
  const child = spawn(command, ["deps", ...args], {
    cwd: folder,
    env: { ...process.env, XDG_CONFIG_HOME: folder },
  });
  const texts = { stdout: "", stderr: "" };
  child.stdout.on("data", (piece: Buffer) => (texts.stdout += piece.toString()));
  child.stderr.on("data", (piece: Buffer) => (texts.stderr += piece.toString()));
  const status = await new Promise<number | null>((resolve) => {
    child.on("close", resolve);
  });
  return { status, ...texts };
}

interface Report {
  readonly findings: readonly { readonly id?: string; readonly ruleId: string }[];
  readonly data: readonly { readonly newest: string; readonly old: boolean }[];
}

describe("exit codes and documents", () => {
  test("findings are 1, and the age of the data is said", async () => {
    const { status, stdout, stderr } = await deps(".", "--osv", records, "--format", "json");
    const report = JSON.parse(stdout) as Report;
    expect(status).toBe(1);
    expect(report.findings.map(({ ruleId }) => ruleId)).toContain("MK3010");
    expect(
      report.findings.filter(({ id }) => id?.startsWith("PYSEC-2020-3") === true).length,
    ).toBeGreaterThan(3);
    expect(report.data[0]).toMatchObject({ newest: "2024-10-08", old: true });
    expect(stderr).toMatch(/are \d+ days old/u);
  });

  test("no data, a part that is not read, no file: 2, and nothing is called clean", async () => {
    const without = await deps(".");
    expect([
      without.status,
      without.stdout.includes("0 clean, 0 without a version, 2 not looked up"),
    ]).toEqual([2, true]);
    expect(without.stderr).toContain("no package was looked up");
    writeFileSync(join(folder, "requirements.txt"), "flask==3.0.3\n-r away.txt\n");
    expect((await deps(".", "--osv", records)).status).toBe(2);
    for (const wrong of [
      ["away"],
      [],
      ["requirements.txt", "--osv", "away"],
      [".", "--fail-on", "all"],
      [".", "--osv-url", "http://e.org", "--online"],
    ])
      expect((await deps(...wrong)).status, wrong.join(" ")).toBe(2);
  });

  test("the configuration names the data and accepts risks; --fix makes the run clean, once", async () => {
    writeFileSync(
      join(folder, "modelkeep.yaml"),
      `deps:\n  osv: ${records}\n  accept:\n    - {id: MK3010, package: reqeusts, reason: ours, owner: ann, expires: "9999-12-31"}\n`,
    );
    expect((await deps(".")).status).toBe(1);
    const diff = await deps(".", "--fix", "--diff");
    expect([diff.status, diff.stdout]).toEqual([
      1,
      expect.stringMatching(/^-django==3\.0\.1\n\+django==[\d.]+$/mu),
    ]);
    expect((await deps(".", "--fix")).status).toBe(0);
    const fixed = readFileSync(join(folder, "requirements.txt"), "utf8");
    expect(fixed).toMatch(/^django==3\.1\.14\nreqeusts==2\.0\n$/u);
    expect((await deps(".", "--fix")).status).toBe(0);
    expect(readFileSync(join(folder, "requirements.txt"), "utf8")).toBe(fixed);
    // The installer's own reader takes what was written.
    const python = process.env["MODELKEEP_TEST_PYTHON"] ?? "python3";
    const read = spawnSync(python, [
      "-c",
      "import sys; from packaging.requirements import Requirement; [Requirement(line.strip()) for line in open(sys.argv[1])]",
      join(folder, "requirements.txt"),
    ]);
    expect(read.stderr.toString()).toBe("");
  });
});

describe("the OSV service", () => {
  let server: ChildProcess;
  let url = "";
  beforeAll(async () => {
    const python = process.env["MODELKEEP_TEST_PYTHON"] ?? "python3";
    server = spawn(python, [join(root, "tools", "deps", "osv_oracle.py"), "serve", records]);
    const port = await new Promise<string>((resolve, reject) => {
      server.stdout?.once("data", (piece: Buffer) => resolve(piece.toString().trim()));
      server.once("exit", () => reject(new Error("the server ended")));
    });
    url = `http://127.0.0.1:${port}`;
  });
  afterAll(() => server.kill());

  test("says the same as its records do", async () => {
    const lines = [
      "django==2.2",
      "flask==0.12",
      "pillow==9.0.0",
      "jinja2==2.10",
      "mlflow==2.0",
      "numpy==1.16.0",
      "requests>=2,<2.20",
    ];
    writeFileSync(join(folder, "requirements.txt"), lines.join("\n"));
    const offline = await deps(".", "--osv", records, "--format", "json");
    const online = await deps(".", "--online", "--osv-url", url, "--format", "json");
    const ids = ({ stdout }: { stdout: string }): (string | undefined)[] =>
      (JSON.parse(stdout) as Report).findings.map(({ id }) => id);
    expect(ids(online)).toEqual(ids(offline));
    expect(ids(online).length).toBeGreaterThan(50);
  });
});
