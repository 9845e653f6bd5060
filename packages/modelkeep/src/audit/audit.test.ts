import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { finding, report } from "@modelkeep/code-audit/testing/sample";
import type { Unaudited } from "@modelkeep/code-audit";
import { type AuditCommandOptions, parseAuditOptions } from "./options.ts";
import { readRegister } from "./register.ts";
import { exitCode, runAudit } from "./run.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "modelkeep-audit-test-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function put(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}

function options(...argv: string[]): AuditCommandOptions {
  return parseAuditOptions([folder, "--output", join(folder, "out"), ...argv], { LANG: "C" }, {});
}

async function out(...argv: string[]): Promise<[number, string]> {
  const code = await runAudit(options(...argv), "1.2.3");
  return [code, readFileSync(join(folder, "out"), "utf8")];
}

const UNREASONED = "x = 1 # modelkeep: ignore[unsafe]\n";

describe("runAudit", () => {
  test("finds, and fails from --fail-on on", async () => {
    put("a.py", UNREASONED);
    expect((await out())[0]).toBe(0);
    const [code, text] = await out("--fail-on", "medium");
    expect(code).toBe(1);
    expect(text).toContain("MK2910");
  });

  test.each(["json", "sarif"])("writes %s", async (format) => {
    put("a.py", UNREASONED);
    const [, text] = await out("--format", format);
    expect(JSON.stringify(JSON.parse(text))).toContain("MK2910");
  });

  test("counts only what a baseline does not know", async () => {
    put("a.py", UNREASONED);
    const known = join(folder, "known.json");
    // Findings about suppressions are never excused; so is an expired risk.
    expect((await out("--fail-on", "low", "--write-baseline", known))[0]).toBe(1);
    const [code, text] = await out("--fail-on", "low", "--baseline", known);
    expect(code).toBe(1);
    expect(text).toContain(`against ${known}: 0 fixed, `);
  });

  test("leaves out what is silenced when asked to, and the score the same", async () => {
    put("a.py", "import pickle\npickle.loads(b'') # modelkeep: ignore[MK2002] ours\n");
    const score = (text: string): unknown => /"total": \d+/u.exec(text)?.[0];
    const [, whole] = await out("--format", "json");
    const [code, short] = await out("--format", "json", "--omit-suppressed");
    expect(code).toBe(0);
    expect(whole).toContain('"reason": "ours"');
    expect(short).toContain(`"suppressed": []`);
    expect(score(short)).toBe(score(whole));
    expect((await out("--format", "sarif", "--omit-suppressed"))[1]).not.toContain("suppressions");
  });

  test("takes only the rules that are asked for", async () => {
    put("a.py", UNREASONED);
    const [, some] = await out("--format", "json", "--rules", "MK2911");
    expect(some).not.toContain('"ruleId": "MK2910"');
    const [, others] = await out("--format", "json", "--ignore", "suppression-unclear");
    expect(others).toContain('"ruleId": "MK2910"');
    expect(others).not.toContain('"ruleId": "MK2911"');
  });

  test.each([
    [["--baseline", "/no/such/file"], /ENOENT/u],
    [["--risks", "/no/such/file"], /there is no such register/u],
    [["--rules", "MK9"], /there is no rule "MK9"/u],
    [["--fix"], /rewrites nothing/u],
    [["--diff"], /rewrites nothing/u],
  ])("%j is refused", async (argv, message) => {
    await expect(runAudit(options(...argv), "1")).rejects.toThrow(message);
  });

  test("fails for a risk whose acceptance expired", async () => {
    put("a.py", "x = 1\n");
    const entry = "accepted:\n  - id: MK2910\n    paths: [.]\n    reason: r\n    owner: o\n    expires: ";
    const risks = put("risks.yaml", `${entry}2020-01-31\n`);
    const [code, text] = await out("--risks", risks);
    expect(code).toBe(1);
    expect(text).toContain("risks.yaml:2:1");
  });
});

describe("readRegister", () => {
  test("is empty when nothing is there", async () => {
    expect(await readRegister(undefined, [])).toEqual([]);
  });

  test.each([
    ["accepted: [", /flow/iu],
    ["accepted: &a [*a]", /aliases/u],
    ["accepted:\n  - id: MK2001\n", /has no expires, which is required/u],
    ["- x", /is no mapping/u],
  ])("%j is refused", async (text, message) => {
    await expect(readRegister(put("r.yaml", text), [])).rejects.toThrow(message);
  });
});

describe("exitCode", () => {
  const unaudited = (state: Unaudited["state"]): Unaudited => ({
    path: "a",
    state,
    reason: { en: "r", zh: "r" },
  });
  const high = { failOn: "high", strict: false } as const;

  test.each([
    ["nothing", report([]), high, 0],
    ["a critical finding", report([finding({ severity: "critical" })]), high, 1],
    ["a medium finding", report([finding({ severity: "medium" })]), high, 0],
    [
      "a medium finding, asked for",
      report([finding({ severity: "medium" })]),
      { ...high, failOn: "medium" },
      1,
    ],
    ["a note, asked for low", report([finding({ severity: "info" })]), { ...high, failOn: "low" }, 0],
    ["an unread file", report([], { unaudited: [unaudited("unread")] }), high, 2],
    ["an unread file and findings", report([finding()], { unaudited: [unaudited("unread")] }), high, 2],
    ["a partial file", report([], { unaudited: [unaudited("partial")] }), high, 0],
    [
      "a partial file, strictly",
      report([], { unaudited: [unaudited("partial")] }),
      { ...high, strict: true },
      1,
    ],
  ] as const)("of %s", (_, given, how, code) => {
    expect(exitCode(given, how)).toBe(code);
  });
});
