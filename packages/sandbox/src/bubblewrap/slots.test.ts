import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { parentFor, Slots } from "./slots.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "slots-test-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function model(name: string): string {
  const path = join(folder, name);
  mkdirSync(join(path, "code"), { recursive: true });
  writeFileSync(join(path, "MLmodel"), name);
  writeFileSync(join(path, "code", "a.py"), "");
  return path;
}

test("a slot holds the very files of its model, and goes with it", async () => {
  await using slots = await Slots.make(model("a"));
  const a = await slots.add(join(folder, "a"));
  const b = await slots.add(model("b"));
  expect(a.name).not.toBe(b.name);
  const inode = (path: string): number => statSync(path).ino;
  expect(inode(join(slots.folder, a.name, "MLmodel"))).toBe(inode(join(folder, "a", "MLmodel")));
  expect(readdirSync(join(slots.folder, a.name, "code"))).toEqual(["a.py"]);
  await a[Symbol.asyncDispose]();
  expect(readdirSync(slots.folder)).toEqual([b.name]);
  expect(existsSync(join(folder, "a", "MLmodel"))).toBe(true);
});

test("links are not followed and not shown", async () => {
  const path = model("c");
  symlinkSync("/etc", join(path, "etc"));
  symlinkSync("/etc/passwd", join(path, "code", "passwd"));
  await using slots = await Slots.make(path);
  const slot = await slots.add(path);
  expect(new Set(readdirSync(join(slots.folder, slot.name), { recursive: true, encoding: "utf8" }))).toEqual(
    new Set(["MLmodel", "code", "code/a.py"]),
  );
});

test("nobody else may look in, and nothing stays", async () => {
  const slots = await Slots.make(model("d"));
  expect(statSync(slots.folder).mode & 0o077).toBe(0);
  await slots[Symbol.asyncDispose]();
  expect(existsSync(slots.folder)).toBe(false);
});

test("a model on another file system has its slots beside it", async () => {
  expect(await parentFor(folder, "/proc")).toBe(dirname(folder));
  expect(await parentFor(folder, dirname(folder))).toBe(dirname(folder));
});

test("what a killed process left is swept, what a living one has stays", async () => {
  const parent = await parentFor(model("e"));
  const dead = join(parent, "modelkeep-cages-999999999-gone");
  mkdirSync(dead);
  await using living = await Slots.make(join(folder, "e"));
  await using another = await Slots.make(join(folder, "e"));
  expect([existsSync(dead), existsSync(living.folder), existsSync(another.folder)]).toEqual([
    false,
    true,
    true,
  ]);
});
