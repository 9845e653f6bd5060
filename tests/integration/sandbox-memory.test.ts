import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { SandboxedModel } from "@modelkeep/sandbox";
import { WorkerGroup } from "@modelkeep/sandbox/cgroup/group";
import { memoryHolder } from "@modelkeep/sandbox/cgroup/groups";
import { findPlaces } from "@modelkeep/sandbox/cgroup/places";
import { usageOf, UsageWatch } from "@modelkeep/sandbox/usage-watch";
import { describe, expect, test } from "vitest";
import { testPython } from "./model-io-server.ts";

const CHILDREN = 8;
const EACH = 32 * 2 ** 20;
const LIMIT = 128 * 2 ** 20;

// Each process stays far below a limit of its own, as the address space of one process is; together they do not.
const BOMB = `
import os, resource, sys, time
resource.setrlimit(resource.RLIMIT_AS, (${LIMIT}, ${LIMIT}))
sys.stdin.readline()
for _ in range(${CHILDREN}):
    if os.fork() == 0:
        if os.fork() == 0:  # an orphan: nobody's child any more
            x = bytearray(${EACH})
            for page in range(0, len(x), 4096): x[page] = 1
            print("holds", flush=True)
            time.sleep(600)
        os._exit(0)
for _ in range(${CHILDREN}): os.wait()
print("all", flush=True)
time.sleep(600)
`;

/** The bomb as the first process of a namespace of its own, as a worker is; it waits for a line. */
function bomb(): {
  readonly pid: Promise<number>;
  readonly go: () => void;
  readonly all: Promise<string>;
  readonly kill: () => void;
} {
  const words = ["--unshare-user", "--unshare-pid", "--as-pid-1", "--ro-bind", "/", "/", "--proc", "/proc"];
  const child = spawn("bwrap", [...words, "--die-with-parent", "--info-fd", "3", testPython(), "-c", BOMB], {
    stdio: ["pipe", "pipe", "inherit", "pipe"],
  });
  const info = child.stdio[3];
  if (info === null || info === undefined || !("read" in info)) throw new Error("no pipe");
  const pid = text(info).then((said) => Number(/"child-pid":\s*(\d+)/u.exec(said)?.[1]));
  return {
    pid,
    go: () => void child.stdin?.end("\n"),
    all: text(child.stdout ?? process.stdin),
    kill: () => void child.kill("SIGKILL"),
  };
}

describe("a bomb of many small processes", () => {
  test("passes a limit that each process has for itself, and is seen as a whole from outside", async () => {
    const { pid, go, all, kill } = bomb();
    const first = await pid;
    const seen = Promise.withResolvers<number>();
    const watch = new UsageWatch(first, ({ bytes }) => {
      if (bytes > LIMIT) seen.resolve(bytes);
    });
    go();
    expect(await seen.promise).toBeGreaterThan(LIMIT);
    watch.stop();
    process.kill(first, "SIGKILL");
    await all;
    // The first process of a namespace takes all others with it.
    expect(usageOf(first)).toBeUndefined();
    kill();
  });

  test("is stopped by a control group, which ends it and is removed", async ({ skip }) => {
    const places = findPlaces();
    if (places === undefined || memoryHolder() === "watch") return skip("no control group can be made here");
    const group = WorkerGroup.make(places, { memoryBytes: LIMIT, threads: 64 });
    if (group === undefined) throw new Error("no group was made where one could be made");
    const { pid, go, all, kill } = bomb();
    group.add(await pid);
    go();
    const outOfMemory = Promise.withResolvers<undefined>();
    const timer = setInterval(() => group.outOfMemory > 0 && outOfMemory.resolve(undefined), 20);
    await outOfMemory.promise;
    clearInterval(timer);
    group.kill();
    expect((await all).match(/holds/gu)?.length ?? 0).toBeLessThan(CHILDREN);
    expect(await group.remove()).toBe(true);
    kill();
  });
});

test("a worker is in a group of its own before it sees its model, and its group goes with it", async ({
  skip,
}) => {
  if (memoryHolder() === "watch") return skip("no control group can be made here");
  const model = await SandboxedModel.load({
    python: testPython(),
    modelFolder: join(import.meta.dirname, "../../packages/model-io/fixtures/iris"),
  });
  expect(model.cage).toEqual({ driver: "bubblewrap", memory: memoryHolder() });
  const places = findPlaces();
  const groups = (): string[] => groupsIn(places?.memory ?? "");
  const [own = ""] = groups();
  expect(readFileSync(join(own, "cgroup.procs"), "utf8").trim().split("\n")).toHaveLength(1);
  const limit = readFileSync(
    join(own, places?.version === 1 ? "memory.limit_in_bytes" : "memory.max"),
    "utf8",
  );
  expect(Number(limit)).toBe(4 * 2 ** 30);
  await model[Symbol.asyncDispose]();
  expect(groups()).toEqual([]);
});

/** Groups that this process made. */
function groupsIn(folder: string): string[] {
  const ours = readdirSync(folder).filter((name) => name.startsWith(`modelkeep-${process.pid}-`));
  return ours.map((name) => join(folder, name));
}
