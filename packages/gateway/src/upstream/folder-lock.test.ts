import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { spawnSync } from "node:child_process";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { withFolderLock } from "./folder-lock.ts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "modelkeep-lock-"));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe("withFolderLock", () => {
  test("lets one in at a time", async () => {
    const target = join(folder, "env");
    const events: string[] = [];
    const work = (name: string) => async (): Promise<void> => {
      events.push(`${name} in`);
      await new Promise((resolve) => setImmediate(resolve));
      events.push(`${name} out`);
    };
    await Promise.all([withFolderLock(target, work("a")), withFolderLock(target, work("b"))]);
    expect(events.map((event) => event.slice(2))).toEqual(["in", "out", "in", "out"]);
    expect(existsSync(`${target}.lock`)).toBe(false);
  });

  test("is released by a failure, which is passed on", async () => {
    const target = join(folder, "env");
    await expect(withFolderLock(target, () => Promise.reject(new Error("no disk")))).rejects.toThrow(
      "no disk",
    );
    expect(await withFolderLock(target, () => Promise.resolve(1))).toBe(1);
  });

  test("takes over the lock of a process that is gone", async () => {
    const target = join(folder, "env");
    const { pid } = spawnSync(process.execPath, ["-e", ""]);
    writeFileSync(`${target}.lock`, String(pid));
    expect(await withFolderLock(target, () => Promise.resolve(1))).toBe(1);
  });

  test("passes on that the folder cannot be written", async () => {
    await expect(withFolderLock(join(folder, "away", "env"), () => Promise.resolve(1))).rejects.toThrow(
      /ENOENT/u,
    );
  });
});
