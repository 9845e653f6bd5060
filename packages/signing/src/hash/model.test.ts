import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { createHash } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { hashModel } from "./model.ts";
import { THREAD_BYTES } from "./run.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "modelkeep-hash-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const digest = (bytes: Uint8Array | string) => createHash("sha256").update(bytes).digest("hex");

describe("hashModel", () => {
  test("lists files in Python's order: part by part, by code point", async () => {
    for (const name of ["a.b", "a/b", "a-b", "B", "\u{1f600}", "\uffee", "a0"]) {
      mkdirSync(join(folder, name, ".."), { recursive: true });
      writeFileSync(join(folder, name), name);
    }
    const { resources } = await hashModel(folder);
    expect(resources.map(({ path }) => path)).toEqual([
      "B",
      "a/b",
      "a-b",
      "a.b",
      "a0",
      "\uffee",
      "\u{1f600}",
    ]);
    expect(resources[1]?.digest).toBe(digest("a/b"));
  });

  test("a single file is called .", async () => {
    writeFileSync(join(folder, "m"), "x");
    expect(await hashModel(join(folder, "m"))).toMatchObject({
      modelName: "m",
      resources: [{ path: ".", digest: digest("x") }],
    });
  });

  test("threads give the digests that one thread gives", async () => {
    for (const [name, size] of [
      ["a", THREAD_BYTES],
      ["b", THREAD_BYTES + 1],
      ["c", 5 * 2 ** 20],
      ["d", 3],
    ] as const) {
      writeFileSync(join(folder, name), name);
      truncateSync(join(folder, name), size);
    }
    const one = await hashModel(folder, { jobs: 1 });
    expect((await hashModel(folder, { jobs: 3 })).resources).toEqual(one.resources);
    expect((await hashModel(folder, { jobs: 3, blocking: true })).resources).toEqual(one.resources);
  });

  test("many small files that add up are hashed too, each once", async () => {
    for (let i = 0; i < 20; i++) {
      writeFileSync(join(folder, `${i}`), `${i}`);
      truncateSync(join(folder, `${i}`), 4 * 2 ** 20);
    }
    let bytes = 0;
    const { resources } = await hashModel(folder, { jobs: 1, onBytes: (count) => void (bytes += count) });
    expect(new Set(resources.map((resource) => resource.digest)).size).toBe(20);
    expect(bytes).toBe(20 * 4 * 2 ** 20);
  });

  // Each change happens after `b` was read, and before the model was listed again. What changes before it is opened is
  // hashed as it is then.
  test.each<[string, () => void]>([
    ["a file that grows", () => appendFileSync(join(folder, "b"), "more")],
    ["a file that shrinks", () => truncateSync(join(folder, "b"), 1)],
    [
      "a file that another replaces",
      () => {
        writeFileSync(join(folder, "..", `${process.pid}-new`), "bbbb");
        renameSync(join(folder, "..", `${process.pid}-new`), join(folder, "b"));
      },
    ],
    ["a file that goes away", () => rmSync(join(folder, "b"))],
    [
      "a file that becomes a link",
      () => {
        rmSync(join(folder, "b"));
        symlinkSync("/etc/hostname", join(folder, "b"));
      },
    ],
    ["a file that comes", () => writeFileSync(join(folder, "new"), "x")],
    ["a file that was read already", () => writeFileSync(join(folder, "a"), "changed")],
  ])("%s is noticed", async (_, change) => {
    writeFileSync(join(folder, "a"), "aaaa");
    writeFileSync(join(folder, "b"), "bbbb");
    let pieces = 0;
    const onBytes = () => {
      if (++pieces === 2) change();
    };
    await expect(hashModel(folder, { onBytes })).rejects.toMatchObject({
      code: expect.stringMatching(/model-changed|model-refused/u) as unknown,
    });
  });

  test("a file that nobody may read is no answer", async () => {
    await expect(hashModel(join(folder, "none"))).rejects.toMatchObject({ code: "io", isAnswer: false });
  });

  test("an endless tree is refused", async () => {
    mkdirSync(join(folder, "d/".repeat(140)), { recursive: true });
    await expect(hashModel(folder)).rejects.toMatchObject({ code: "limit" });
  });
});
