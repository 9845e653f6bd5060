import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { audit } from "./audit.ts";

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), "audit-"));
});
afterEach(() => rmSync(cwd, { recursive: true }));

function put(path: string, text: string): void {
  mkdirSync(dirname(join(cwd, path)), { recursive: true });
  writeFileSync(join(cwd, path), text);
}

describe("audit", () => {
  it("leaves out other people's code, unless it is named", async () => {
    put("a.py", "x = 1\n");
    put("node_modules/b.py", "x = 1\n");
    put("env/pyvenv.cfg", "");
    put("env/lib/site-packages/c.py", "x = 1\ny = 2");
    expect((await audit(["."], { cwd })).files).toBe(1);
    expect(await audit(["env/lib/site-packages"], { cwd })).toMatchObject({ files: 1, lines: 2 });
  });

  it("audits a file once, however often and by whatever way it is named", async () => {
    put("a.py", "x = 1\n");
    symlinkSync(join(cwd, "a.py"), join(cwd, "b.py"));
    symlinkSync(cwd, join(cwd, "loop"));
    expect(await audit([".", "a.py", "./a.py"], { cwd })).toMatchObject({ files: 1, unaudited: [] });
  });

  it("says which folder outside it did not follow", async () => {
    symlinkSync(tmpdir(), join(cwd, "out"));
    expect((await audit(["."], { cwd })).unaudited).toMatchObject([{ path: "out", state: "unread" }]);
  });

  it("refuses a path that is not there", async () => {
    await expect(audit(["gone"], { cwd })).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  it("says that a file is too large", async () => {
    put("a.py", `#${"x".repeat(17 * 1024 * 1024)}`);
    expect((await audit(["."], { cwd })).unaudited).toMatchObject([{ path: "a.py", state: "unread" }]);
  });

  it("gives the same report with one thread and with several", async () => {
    for (let n = 0; n < 120; n++) put(`m${n}.py`, "import pickle\npickle.load(open('x', 'rb'))\n");
    const one = await audit(["."], { cwd, jobs: 1 });
    expect(one.files).toBe(120);
    expect(await audit(["."], { cwd, jobs: 3 })).toEqual(one);
  });

  it("tells how far it is", async () => {
    put("a.py", "x = 1\n");
    const seen: number[] = [];
    await audit(["."], { cwd, onProgress: ({ done, total }) => seen.push(done / total) });
    expect(seen.at(-1)).toBe(1);
  });

  it("hears the comments of every file, also where nothing is found, and says which silence nothing", async () => {
    put("a.py", "# modelkeep: ignore[MK2910] why\nx = 1\n");
    put("b.yaml", "a: b # modelkeep: ignore[MK2920]\n");
    const { findings } = await audit(["."], { cwd });
    expect(findings.map(({ ruleId, place }) => `${ruleId} ${place.path}:${place.line}`)).toEqual([
      "MK2911 a.py:1",
      "MK2910 b.yaml:1",
      "MK2911 b.yaml:1",
    ]);
  });
});
