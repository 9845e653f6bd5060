import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ModelCache } from "@modelkeep/model-io";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { cacheCommand } from "./run.ts";

const SHA256 = "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb";

let folder: string;
let printed: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "cache-command-"));
  vi.stubEnv("MODELKEEP_STATE", join(folder, "state"));
  printed = "";
  vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    printed += String(text);
    return true;
  });
  const cache = new ModelCache(join(folder, "cache"), join(folder, "state"));
  await writeFile(join(folder, "a"), "a");
  const files = [{ path: "a", size: 1, sha256: SHA256 }];
  await cache.keepVerified("", folder, {
    uri: "models:/a@b",
    source: "x",
    version: "3",
    digest: SHA256,
    files,
    time: 0,
  });
});
afterEach(async () => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

const run = async (...words: string[]): Promise<number> =>
  await cacheCommand([...words, "--cache", join(folder, "cache")]);

describe("modelkeep cache", () => {
  test("list says what is kept and what a fallback would take", async () => {
    expect(await run("list")).toBe(0);
    expect(printed).toMatch(/1 files, 1 bytes\nlast verified: models:\/a@b version 3/u);
  });

  test("verify finds a changed file and removes it", async () => {
    expect(await run("verify")).toBe(0);
    const blob = join(folder, "cache/blobs/ca", SHA256);
    await chmod(blob, 0o600);
    await writeFile(blob, "b");
    expect(await run("verify")).toBe(1);
    expect(printed).toContain(`CHANGED, removed: ${SHA256}`);
    await expect(readFile(blob)).rejects.toMatchObject({ code: "ENOENT" });
  });

  test("verify finds a changed record", async () => {
    const [name = ""] = await readdir(join(folder, "cache/verified"));
    await writeFile(join(folder, "cache/verified", name), "forged\n{}\n");
    expect(await run("verify", "--format", "json")).toBe(1);
    expect(JSON.parse(printed)).toMatchObject({
      whole: false,
      changed: [],
      broken: [expect.stringContaining(name)],
    });
  });

  test("clear leaves what fallbacks need, --all does not", async () => {
    expect(await run("clear")).toBe(0);
    expect(printed).toContain("removed 0 files");
    await run("clear", "--all");
    expect(printed).toContain("removed 1 files, 1 bytes");
  });

  test.each([[[]], [["empty"]], [["list", "more"]]])("refuses %j", async (words) => {
    await expect(run(...words)).rejects.toThrow();
  });
});
