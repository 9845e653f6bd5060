import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { UsageError } from "../command.ts";
import { commandNames } from "../commands.ts";
import { completionCommand } from "./completion.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "modelkeep-completion-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
  vi.restoreAllMocks();
});

function script(shell: string): string {
  let text = "";
  vi.spyOn(process.stdout, "write").mockImplementation((chunk) => {
    text += String(chunk);
    return true;
  });
  expect(completionCommand([shell])).toBe(0);
  vi.restoreAllMocks();
  return text;
}

/** What a real bash offers for these words; the last one is being typed. */
function offered(...words: string[]): string[] {
  writeFileSync(
    join(folder, "modelkeep"),
    '#!/bin/sh\necho "usage of $1: --format F --output-path P, --format"\n',
  );
  chmodSync(join(folder, "modelkeep"), 0o755);
  writeFileSync(join(folder, "script"), script("bash"));
  const typed = `COMP_WORDS=(${words.map((word) => `'${word}'`).join(" ")}); COMP_CWORD=${words.length - 1}`;
  const run = `source ./script; ${typed}; _modelkeep; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, status } = spawnSync("bash", ["--norc", "-c", run], {
    cwd: folder,
    env: { PATH: `${folder}:${process.env["PATH"] ?? ""}` },
    encoding: "utf8",
  });
  expect(status).toBe(0);
  return stdout.split("\n").filter(Boolean);
}

describe("bash", () => {
  test("offers every command", () => {
    expect(offered("modelkeep", "")).toEqual([...commandNames(), "--help", "--version"]);
    expect(offered("modelkeep", "sca")).toEqual(["scan"]);
  });

  test("offers the options that the command's help names, once each", () => {
    expect(offered("modelkeep", "scan", "--")).toEqual(["--format", "--output-path"]);
  });

  test("offers files elsewhere", () => {
    expect(offered("modelkeep", "scan", "scr")).toEqual(["script"]);
  });
});

test("fish and zsh name every command", () => {
  for (const shell of ["fish", "zsh"]) expect(script(shell)).toContain(commandNames().join(" "));
});

test.each([[[]], [["tcsh"]], [["bash", "zsh"]], [["constructor"]]])("refuses %j", (argv) => {
  expect(() => completionCommand(argv)).toThrow(UsageError);
});
