import { execFile } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { ModelCache } from "@modelkeep/model-io/cache/cache";
import { afterEach, beforeEach, expect, test } from "vitest";

const USER = join(import.meta.dirname, "cache_user.mjs");
const run = promisify(execFile);
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "modelkeep-cache-processes-"));
  mkdirSync(join(folder, "files"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("four processes keep, take and trim in one cache, and none gets other bytes", async () => {
  const names = Array.from({ length: 12 }, () => {
    const bytes = randomBytes(40_000);
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    writeFileSync(join(folder, "files", sha256), bytes);
    return sha256;
  });
  const users = await Promise.all(
    Array.from({ length: 4 }, async () => await run(process.execPath, [USER, folder, names.join(","), "60"])),
  );
  for (const { stdout, stderr } of users) {
    expect(stderr).toBe("");
    const { wrong, taken }: { wrong: number; taken: number } = JSON.parse(stdout);
    expect(wrong).toBe(0);
    expect(taken).toBeGreaterThan(0);
  }
  const cache = new ModelCache(join(folder, "cache"), join(folder, "state"));
  const left = await cache.blobs.list();
  // Nothing half written stays under a name of its own.
  expect(left.filter(({ sha256 }) => !names.includes(sha256))).toEqual([]);
  for (const { sha256 } of left) expect(await cache.blobs.verify(sha256)).toBe(true);
  expect(readdirSync(folder).toSorted()).toEqual(["cache", "files", "state"]);
});
