import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { BoundedLog } from "./bounded-log.ts";

let file: string;

beforeEach(() => {
  file = join(mkdtempSync(join(tmpdir(), "modelkeep-log-")), "server.log");
});

afterEach(() => {
  rmSync(join(file, ".."), { recursive: true });
});

describe("BoundedLog", () => {
  test("appends, also to what an earlier one wrote, readable by its owner alone", () => {
    new BoundedLog(file).write("a\n");
    new BoundedLog(file).write("é\n");
    expect(readFileSync(file, "utf8")).toBe("a\né\n");
    expect(statSync(file).mode & 0o077).toBe(0);
  });

  test("a flood never takes more than twice the limit and one write", () => {
    const log = new BoundedLog(file, 100);
    for (let index = 0; index < 500; index++) log.write(`${index}\n`.padStart(20));
    expect(statSync(file).size).toBeLessThanOrEqual(120);
    expect(statSync(`${file}.1`).size).toBeLessThanOrEqual(120);
    expect(readFileSync(file, "utf8")).toContain("499");
  });

  test("what cannot be written ends nothing, and is told when it can be again", () => {
    const said = vi.spyOn(process.stderr, "write").mockReturnValue(true);
    const log = new BoundedLog(file);
    mkdirSync(file);
    log.write("abc");
    log.write("defg");
    rmSync(file, { recursive: true });
    log.write("now\n");
    expect(readFileSync(file, "utf8")).toBe("[7 bytes of output could not be written]\nnow\n");
    expect(said.mock.calls.map(([text]) => String(text))).toEqual([
      expect.stringContaining("cannot be written"),
    ]);
    said.mockRestore();
  });

  test("counts what was there before", () => {
    new BoundedLog(file, 100).write("x".repeat(100));
    new BoundedLog(file, 100).write("y");
    expect(readFileSync(file, "utf8")).toBe("y");
  });
});
