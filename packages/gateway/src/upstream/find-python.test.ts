import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { findPython } from "./find-python.ts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "modelkeep-python-"));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** A program of that name which answers the finder's question with this line. */
function fake(name: string, answer: string, code = 0): string {
  const file = join(folder, name);
  writeFileSync(file, `#!/bin/sh\necho '${answer}'\nexit ${code}\n`);
  chmodSync(file, 0o755);
  return file;
}

const env = (): NodeJS.ProcessEnv => ({ PATH: folder });

describe("findPython", () => {
  test("takes python3 when it fits", async () => {
    fake("python3", "3 11 1");
    fake("python3.13", "3 13 1");
    expect(await findPython(env())).toEqual({ file: "python3", version: [3, 11] });
  });

  test("passes over one that is too old, too new, broken or without venv", async () => {
    fake("python3", "3 9 1");
    fake("python3.13", "3 13 0");
    fake("python3.12", "pyenv: python3.12: command not found", 127);
    fake("python3.14", "3 15 1");
    fake("python3.11", "3 11 1");
    expect((await findPython(env())).file).toBe("python3.11");
  });

  test("says that there is none", async () => {
    await expect(findPython(env())).rejects.toThrow(
      /no Python 3\.10 to 3\.14 found \(no python3 on the path\): install/u,
    );
  });

  test("says what there is instead", async () => {
    fake("python3", "3 9 1");
    await expect(findPython(env())).rejects.toThrow(/python3 is 3\.9/u);
  });

  test("names the missing venv module", async () => {
    fake("python3", "3 12 0");
    await expect(findPython(env())).rejects.toThrow(
      /no venv module: install it \(Debian: apt-get install python3\.12-venv\)/u,
    );
  });

  test("asks the chosen one alone", async () => {
    fake("python3", "3 12 1");
    const chosen = fake("mine", "3 10 1");
    expect((await findPython({ ...env(), MODELKEEP_BOOT_PYTHON: chosen })).file).toBe(chosen);
    const away = join(folder, "away");
    await expect(findPython({ ...env(), MODELKEEP_BOOT_PYTHON: away })).rejects.toThrow(
      /does not run as Python/u,
    );
    const old = fake("old", "3 8 1");
    await expect(findPython({ ...env(), MODELKEEP_BOOT_PYTHON: old })).rejects.toThrow(/is 3\.8/u);
  });

  test("does not take nonsense for a version", async () => {
    fake("python3", "hello 3 11 1");
    await expect(findPython(env())).rejects.toThrow(/no Python/u);
  });
});
