import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { DEFAULT_POLICY } from "../policy.ts";
import { ScanService } from "../service.ts";
import { Pool, WorkerLost } from "./pool.ts";
import type { Request } from "./protocol.ts";

let folder: string;
let script: URL;

/** Answers with the name it was given, unless the name says to misbehave. */
const WORKER = `
process.on("disconnect", () => process.exit());
process.on("message", async (request) => {
  if (request.name === "exit") process.exit(3);
  if (request.name === "throw") throw new Error("thrown on purpose");
  if (request.name === "hang") for (;;);
  if (request.name === "grow") { const kept = []; for (;;) kept.push(new Array(1000).fill(Math.random())); }
  process.send({ error: { code: "NOT_FOUND", message: request.name } });
});
`;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "modelkeep-pool-"));
  const path = join(folder, "worker.mjs");
  writeFileSync(path, WORKER);
  script = pathToFileURL(path);
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function request(name: string): Request {
  return {
    path: name,
    name,
    policy: DEFAULT_POLICY,
    localModules: new Set(),
    followSymlinks: false,
    siblings: false,
  };
}

function poolOf(workers: number, wallMilliseconds = 60_000): Pool {
  return new Pool({ workers, wallMilliseconds, heapMegabytes: 64, script });
}

describe("a pool", () => {
  test("answers more requests than it has workers", async () => {
    const pool = poolOf(2);
    const names = Array.from({ length: 20 }, (_, index) => `file-${index}`);
    const answers = await Promise.all(names.map((name) => pool.run(request(name))));
    expect(answers).toEqual(names.map((message) => ({ error: { code: "NOT_FOUND", message } })));
    await pool.close();
  });

  test.each([
    ["exit", /ended/u],
    ["throw", /thrown on purpose/u],
    ["grow", /memory/u],
  ])("a worker that does %s loses its file and is replaced", async (name, reason) => {
    const pool = poolOf(1);
    await expect(pool.run(request(name))).rejects.toThrow(WorkerLost);
    await expect(pool.run(request(name))).rejects.toThrow(reason);
    await expect(pool.run(request("next"))).resolves.toMatchObject({ error: { message: "next" } });
    await pool.close();
  });

  test("a worker that hangs is ended, and those that waited are served", async () => {
    const pool = poolOf(1, 2_000);
    const hung = pool.run(request("hang"));
    const waiting = pool.run(request("next"));
    await expect(hung).rejects.toThrow(/longer than 2000 ms/u);
    await expect(waiting).resolves.toMatchObject({ error: { message: "next" } });
    await pool.close();
  });

  test("closing rejects what runs and what waits, and takes nothing more", async () => {
    const pool = poolOf(1);
    const outcomes = Promise.allSettled([pool.run(request("hang")), pool.run(request("next"))]);
    await pool.close();
    expect((await outcomes).map((outcome) => outcome.status)).toEqual(["rejected", "rejected"]);
    await expect(pool.run(request("late"))).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
  });
});

describe("the service", () => {
  test("makes a file that kills its worker unanalyzable, with the hash of its bytes", async () => {
    await using service = new ScanService({ workers: 1, script });
    const path = join(folder, "exit");
    writeFileSync(path, "abc");
    const report = await service.scanFile(path, { name: "exit" });
    expect(report).toMatchObject({
      path: "exit",
      sha256: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
      size: 3,
      verdict: "unanalyzable",
      admitted: false,
      findings: [{ ruleId: "MK1311" }],
    });
  });

  test("says when the file is gone as well", async () => {
    await using service = new ScanService({ workers: 1, script });
    await expect(service.scanFile(join(folder, "none"), { name: "exit" })).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
  });

  test("passes a worker's typed error on", async () => {
    await using service = new ScanService({ workers: 1, script });
    await expect(service.scanFile("x")).rejects.toMatchObject({ code: "NOT_FOUND", message: "x" });
  });
});
