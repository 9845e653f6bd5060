import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { tryLock, waitForLock } from "./lock.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "modelkeep-lock-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** Another process that takes the lock and keeps it until it is killed. */
const HOLDER = `
const { DatabaseSync } = require("node:sqlite");
const file = new DatabaseSync(process.argv[1]);
file.exec("BEGIN EXCLUSIVE");
process.stdout.write("held");
setInterval(() => file, 1000);
`;

describe("a lock", () => {
  test("is held by one, and free again once it was let go", () => {
    const path = join(folder, "lock");
    const first = tryLock(path);
    expect(first).toBeDefined();
    expect(tryLock(path)).toBeUndefined();
    first?.release();
    expect(tryLock(path)).toBeDefined();
  });

  test("of a killed process is free at once", async () => {
    const path = join(folder, "lock");
    const holder = spawn(process.execPath, ["-e", HOLDER, path], { stdio: ["ignore", "pipe", "inherit"] });
    await once(holder.stdout, "data");
    expect(tryLock(path)).toBeUndefined();
    expect(await waitForLock(path, 20)).toBeUndefined();
    holder.kill("SIGKILL");
    await once(holder, "exit");
    expect(tryLock(path)).toBeDefined();
  });

  test("is waited for", async () => {
    const path = join(folder, "lock");
    const first = tryLock(path);
    const second = waitForLock(path, 60_000);
    first?.release();
    expect(await second).toBeDefined();
  });

  test("that cannot be made says so", () => {
    expect(() => tryLock(join(folder, "nowhere", "lock"))).toThrow(/unable to open/u);
  });
});
