import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import * as promises from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Quarantine } from "./quarantine.ts";

vi.mock("node:fs/promises", { spy: true });

let folder: string;
let quarantine: Quarantine;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "modelkeep-quarantine-"));
  quarantine = new Quarantine(folder);
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

async function* pieces(count: number, size: number): AsyncGenerator<Buffer> {
  for (let index = 0; index < count; index++) yield await Promise.resolve(Buffer.alloc(size));
}

function left(): string[] {
  return readdirSync(join(folder, "quarantine"));
}

function freeBlocks(...values: number[]): void {
  for (const bavail of values) {
    vi.mocked(promises.statfs).mockResolvedValueOnce({
      type: 0,
      bsize: 4_096,
      blocks: 10_000_000,
      bfree: bavail,
      bavail,
      files: 1,
      ffree: 1,
      frsize: 4_096,
    });
  }
}

test("a file is refused before a byte of it is written when the disk is nearly full", async () => {
  freeBlocks(1_000);
  await expect(quarantine.receive(pieces(1, 10), 100)).rejects.toMatchObject({ status: 507 });
  expect(left()).toEqual([]);
});

test("a file during which the disk becomes nearly full is refused, and nothing of it stays", async () => {
  freeBlocks(9_000_000, 1_000);
  await expect(quarantine.receive(pieces(20, 1 << 20), 1 << 30)).rejects.toMatchObject({ status: 507 });
  expect(left()).toEqual([]);
});

test("a disk that is full is told as such, not as MLflow's fault", async () => {
  async function* full(): AsyncGenerator<Buffer> {
    yield await Promise.reject(Object.assign(new Error("no space left"), { code: "ENOSPC" }));
  }
  await expect(quarantine.receive(full(), 100)).rejects.toMatchObject({
    status: 507,
    code: "INTERNAL_ERROR",
  });
  expect(left()).toEqual([]);
});

test("what has room is kept until it is let go", async () => {
  {
    await using file = await quarantine.receive(pieces(2, 3), 100);
    expect(file).toMatchObject({ size: 6 });
    expect(left()).toHaveLength(1);
  }
  expect(left()).toEqual([]);
});
