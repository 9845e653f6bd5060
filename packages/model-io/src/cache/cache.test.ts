import { createHash, randomBytes } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ModelCache, type CacheNotice } from "./cache.ts";

let folder: string;
let notices: CacheNotice[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "modelkeep-cache-"));
  mkdirSync(join(folder, "out"));
  notices = [];
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function cacheOf(maxBytes = 2 ** 30): ModelCache {
  return new ModelCache(join(folder, "cache"), join(folder, "state"), {
    maxBytes,
    onNotice: (one) => notices.push(one),
  });
}

/** Keeps `size` random bytes, last used `age` seconds ago. */
async function kept(cache: ModelCache, size: number, age: number): Promise<string> {
  const bytes = randomBytes(size);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const path = join(folder, "out", sha256);
  writeFileSync(path, bytes);
  await cache.keep(path, sha256);
  const used = Date.now() / 1000 - age;
  utimesSync(cache.blobs.path(sha256), used, used);
  return sha256;
}

const target = (name: string): string => join(folder, "out", name);

describe("what does not fit any more", () => {
  it("goes in the order of its last use", async () => {
    const cache = cacheOf(250);
    const [oldest, newest, middle] = [
      await kept(cache, 100, 300),
      await kept(cache, 100, 10),
      await kept(cache, 100, 200),
    ];
    await cache.trim();
    expect(
      await Promise.all([oldest, middle, newest].map(async (one) => await cache.blobs.has(one))),
    ).toEqual([false, true, true]);
  });

  it("does not go when it was just used", async () => {
    const cache = cacheOf(250);
    const [oldest, , middle] = [
      await kept(cache, 100, 300),
      await kept(cache, 100, 10),
      await kept(cache, 100, 200),
    ];
    expect(await cache.take(oldest, target("taken"))).toBe(100);
    await cache.trim();
    expect([await cache.blobs.has(oldest), await cache.blobs.has(middle)]).toEqual([true, false]);
  });

  it("never is of a last verified version, however old", async () => {
    const cache = cacheOf(150);
    const [pinned, other] = [await kept(cache, 100, 9_000), await kept(cache, 100, 1)];
    await cache.keepVerified("http://s", join(folder, "out"), {
      uri: "models:/m@champion",
      source: "mlflow-artifacts:/1/models/m-1/artifacts",
      digest: "0".repeat(64),
      time: 0,
      files: [{ path: pinned, sha256: pinned, size: 100 }],
    });
    await cache.trim();
    expect([await cache.blobs.has(pinned), await cache.blobs.has(other)]).toEqual([true, false]);
  });

  it("waits while another process trims", async () => {
    const cache = cacheOf(50);
    const one = await kept(cache, 100, 5);
    const { tryLock } = await import("@modelkeep/audit-log/lock");
    const lock = tryLock(join(cache.paths.root, "trim.lock"));
    await cache.trim();
    expect(await cache.blobs.has(one)).toBe(true);
    lock?.release();
  });
});

describe("bytes that were changed", () => {
  it.each([
    ["other bytes", (path: string) => writeFileSync(path, "x")],
    [
      "one byte more",
      (path: string) => writeFileSync(path, Buffer.concat([readFileSync(path), Buffer.of(0)])),
    ],
    ["none", (path: string) => writeFileSync(path, "")],
    [
      "a link to the right bytes elsewhere",
      (path: string) => {
        writeFileSync(`${path}.copy`, readFileSync(path));
        rmSync(path);
        symlinkSync(`${path}.copy`, path);
      },
    ],
  ])("%s: are not given out, told of and removed", async (_what, change) => {
    const cache = cacheOf();
    const sha256 = await kept(cache, 100, 1);
    chmodSync(cache.blobs.path(sha256), 0o600);
    change(cache.blobs.path(sha256));
    expect(await cache.take(sha256, target("taken"))).toBeUndefined();
    expect(existsSync(target("taken"))).toBe(false);
    expect(notices).toEqual([{ kind: "changed-bytes", sha256 }]);
    expect(await cache.blobs.has(sha256)).toBe(false);
  });

  it("are never written over what is there", async () => {
    const cache = cacheOf();
    const sha256 = await kept(cache, 10, 1);
    writeFileSync(target("taken"), "mine");
    await expect(cache.take(sha256, target("taken"))).rejects.toThrow("EEXIST");
    expect(readFileSync(target("taken"), "utf8")).toBe("mine");
  });

  it("lie read-only, and so does what is given out", async () => {
    const cache = cacheOf();
    const sha256 = await kept(cache, 10, 1);
    await cache.take(sha256, target("taken"));
    for (const path of [cache.blobs.path(sha256), target("taken")])
      expect(statSync(path).mode & 0o777).toBe(0o400);
  });
});
