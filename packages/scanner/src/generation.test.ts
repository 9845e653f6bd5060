import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { digestOf, scannerGeneration } from "./generation.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "modelkeep-generation-"));
  mkdirSync(join(folder, "src", "rules"), { recursive: true });
  writeFileSync(join(folder, "src", "rules", "one.ts"), "export const rule = 1;");
});
afterEach(() => rmSync(folder, { recursive: true }));

const digest = (): string => digestOf([join(folder, "src")]);

test("changes with a rule's text, with its name and with a new file", () => {
  const seen = [digest()];
  writeFileSync(join(folder, "src", "rules", "one.ts"), "export const rule = 2;");
  seen.push(digest());
  renameSync(join(folder, "src", "rules", "one.ts"), join(folder, "src", "rules", "two.ts"));
  seen.push(digest());
  writeFileSync(join(folder, "src", "index.ts"), "");
  seen.push(digest());
  expect(new Set(seen).size).toBe(seen.length);
});

test("does not change with tests and declarations", () => {
  const before = digest();
  writeFileSync(join(folder, "src", "rules", "one.test.ts"), "x");
  writeFileSync(join(folder, "src", "rules", "one.d.ts"), "x");
  expect(digest()).toBe(before);
});

test("is no digest over nothing", () => {
  expect(() => digestOf([join(folder, "gone")])).toThrow(/ENOENT/u);
  expect(scannerGeneration()).not.toBe(digestOf([]));
  expect(scannerGeneration()).toMatch(/^[0-9a-f]{64}$/u);
});
