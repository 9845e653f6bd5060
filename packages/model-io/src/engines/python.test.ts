import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { managedPython } from "./python.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "modelkeep-python-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function environmentIn(data: string): string {
  const bin = join(data, "python", "current", "bin");
  mkdirSync(bin, { recursive: true, mode: 0o700 });
  writeFileSync(join(bin, "python"), "");
  return join(bin, "python");
}

describe("managedPython", () => {
  test("takes the interpreter that is named, whatever else there is", () => {
    environmentIn(join(folder, ".modelkeep"));
    expect(managedPython({ MODELKEEP_PYTHON: "/named/python" }, folder)).toBe("/named/python");
  });

  test("takes the working folder's data before the user's", () => {
    const users = environmentIn(join(folder, "xdg", "modelkeep"));
    const env = { XDG_DATA_HOME: join(folder, "xdg") };
    expect(managedPython(env, folder)).toBe(users);
    expect(managedPython(env, folder)).not.toBe(environmentIn(join(folder, ".modelkeep")));
    expect(managedPython(env, folder)).toBe(join(folder, ".modelkeep", "python", "current", "bin", "python"));
  });

  test("takes no interpreter from a folder that others may write to", () => {
    environmentIn(join(folder, ".modelkeep"));
    chmodSync(join(folder, ".modelkeep"), 0o777);
    expect(() => managedPython({ XDG_DATA_HOME: join(folder, "none") }, folder)).toThrow(/npm start/u);
  });

  test("looks nowhere else when the data folder is named", () => {
    environmentIn(join(folder, ".modelkeep"));
    expect(() => managedPython({ MODELKEEP_DATA: join(folder, "other") }, folder)).toThrow(
      /MODELKEEP_PYTHON/u,
    );
  });

  test("says what to do when there is none", () => {
    expect(() => managedPython({ XDG_DATA_HOME: folder }, folder)).toThrow(
      expect.objectContaining({ code: "SANDBOX_UNAVAILABLE" }),
    );
  });
});
