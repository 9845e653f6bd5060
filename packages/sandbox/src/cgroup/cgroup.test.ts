import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { sweep, WorkerGroup } from "./group.ts";
import { findPlaces, type Places } from "./places.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "cgroup-test-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A folder that looks like a control group. @param gives the controllers that groups below it have */
function cgroup(path: string, gives?: string): string {
  const made = join(folder, path);
  mkdirSync(made, { recursive: true });
  writeFileSync(join(made, "cgroup.procs"), "");
  if (gives !== undefined) writeFileSync(join(made, "cgroup.subtree_control"), gives);
  return made;
}

/** @param mounts `type options root mount-point`, below the test's folder */
function places(groups: string, ...mounts: string[]): Places | undefined {
  const proc = join(folder, "proc");
  mkdirSync(proc, { recursive: true });
  const lines = mounts.map((mount, at) => {
    const [kind, options, root, point] = mount.split(" ");
    return `${at} 1 0:${at} ${root} ${join(folder, point ?? "")} rw,nosuid - ${kind} ${kind} ${options}`;
  });
  writeFileSync(join(proc, "mountinfo"), `${lines.join("\n")}\nnonsense\n`);
  writeFileSync(join(proc, "cgroup"), `${groups}\n`);
  return findPlaces(proc);
}

describe("where groups can be made", () => {
  const V1 = ["cgroup rw,memory / memory", "cgroup rw,pids / pids", "cgroup2 rw / unified"];

  test("version 1: below the own group, also when the process counts are elsewhere", () => {
    const [memory, pids] = [cgroup("memory/own"), cgroup("pids")];
    expect(places("4:memory:/own\n8:pids:/\n0::/", ...V1)).toEqual({ version: 1, memory, pids });
    rmSync(join(pids, "cgroup.procs"));
    expect(places("4:memory:/own\n8:pids:/\n0::/", ...V1)).toEqual({ version: 1, memory, pids: undefined });
  });

  test("version 1 in a container: the part that is mounted", () => {
    const memory = cgroup("memory");
    const found = places("4:memory:/docker/abc", "cgroup rw,memory /docker/abc memory");
    expect(found).toEqual({ version: 1, memory, pids: undefined });
  });

  test("version 2: below the own group where it hands memory down, else beside it", () => {
    const parent = cgroup("unified/slice", "cpu memory pids");
    const own = cgroup("unified/slice/own", "");
    expect(places("0::/slice/own", "cgroup2 rw / unified")?.memory).toBe(parent);
    cgroup("unified/slice/own", "memory");
    expect(places("0::/slice/own", "cgroup2 rw / unified")).toEqual({ version: 2, memory: own, pids: own });
  });

  test.each([
    ["no group hands memory down", "0::/slice/own", "cgroup2 rw / unified"],
    [
      "the own group lies above what is mounted",
      "4:memory:/elsewhere",
      "cgroup rw,memory /docker/abc memory",
    ],
    ["the controller is not mounted", "4:memory:/own", "cgroup rw,cpu / memory"],
    ["a path climbs", "4:memory:/../../etc", "cgroup rw,memory /a memory"],
    ["nothing is known", "", ""],
  ])("nowhere: %s", (_name, groups, mount) => {
    cgroup("unified/slice", "cpu");
    cgroup("unified/slice/own", "");
    cgroup("memory/own");
    expect(places(groups, mount)).toBeUndefined();
  });

  test("nowhere: no such kernel", () => {
    expect(findPlaces(join(folder, "away"))).toBeUndefined();
  });
});

describe("a worker's group", () => {
  const limits = { memoryBytes: 2 ** 30, threads: 64 };
  const here = (version: 1 | 2): Places => ({ version, memory: folder, pids: undefined });
  const made = (): string => join(folder, readdirSync(folder)[0] ?? "");

  test.each([
    [1, "memory.limit_in_bytes"],
    [2, "memory.max"],
  ] as const)("version %i: the limit is written, and the process put in", (version, file) => {
    const group = WorkerGroup.make(here(version), limits);
    group?.add(4_242);
    expect(readFileSync(join(made(), file), "utf8")).toBe(String(2 ** 30));
    expect(readFileSync(join(made(), "cgroup.procs"), "utf8")).toBe("4242");
  });

  test.each([
    [1, "memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 3\n"],
    [2, "memory.events", "low 0\noom 7\noom_kill 3\n"],
  ] as const)("version %i: what the kernel killed is counted", (version, file, text) => {
    const group = WorkerGroup.make(here(version), limits);
    expect(group?.outOfMemory).toBe(0);
    writeFileSync(join(made(), file), text);
    expect(group?.outOfMemory).toBe(3);
  });

  test("that cannot be made is none, and leaves nothing", () => {
    expect(
      WorkerGroup.make({ version: 2, memory: join(folder, "away"), pids: undefined }, limits),
    ).toBeUndefined();
    expect(readdirSync(folder)).toEqual([]);
  });

  test("that is not empty is said not to be removed", async () => {
    const group = WorkerGroup.make(here(2), limits);
    expect(await group?.remove()).toBe(false);
  });

  test("of a process that has gone is swept away; others, and what is not ours, stay", () => {
    const [dead, ours, foreign] = [
      "modelkeep-4194304-0123456789ab",
      `modelkeep-${process.pid}-0123456789ab`,
      "system.slice",
    ];
    for (const name of [dead, ours, foreign]) mkdirSync(join(folder, name));
    sweep(here(2));
    expect([dead, ours, foreign].map((name) => existsSync(join(folder, name)))).toEqual([false, true, true]);
  });
});
