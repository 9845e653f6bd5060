import { mkdtempSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { isFresh } from "./bundle-manifest.ts";

let folder: string;
let stamp: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "modelkeep-bundle-"));
  stamp = join(folder, "stamp");
  writeFileSync(stamp, "built");
  const { size, mtimeMs } = statSync(stamp);
  writeFileSync(join(folder, "manifest.json"), JSON.stringify({ stamps: [["stamp", size, mtimeMs]] }));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe("a bundle", () => {
  test("is used while nothing was built since", () => {
    expect(isFresh(folder)).toBe(true);
  });

  test("is not used once the compiler wrote again, also within the same size", () => {
    utimesSync(stamp, 1, 1);
    expect(isFresh(folder)).toBe(false);
  });

  test("is not used once a stamp has another size", () => {
    const { atime, mtime } = statSync(stamp);
    writeFileSync(stamp, "built again");
    utimesSync(stamp, atime, mtime);
    expect(isFresh(folder)).toBe(false);
  });

  test("is used where there is no compiler's stamp: a published package", () => {
    rmSync(stamp);
    expect(isFresh(folder)).toBe(true);
  });

  test("is not used without a manifest: its making was interrupted", () => {
    rmSync(join(folder, "manifest.json"));
    expect(isFresh(folder)).toBe(false);
  });

  test("with a broken manifest is an error, not a guess", () => {
    writeFileSync(join(folder, "manifest.json"), "{");
    expect(() => isFresh(folder)).toThrow(SyntaxError);
  });
});
