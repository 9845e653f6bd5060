import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { SandboxLimits } from "../limits.ts";
import type { Places } from "./places.ts";

const PREFIX = "modelkeep-";
/** The kernel takes a moment to let go of the last process. */
const REMOVALS = 20;
const REMOVAL_PAUSE_MILLISECONDS = 50;

/** A control group for one worker and all that it might start. */
export class WorkerGroup {
  readonly #places: Places;
  readonly #folders: readonly string[];

  private constructor(places: Places, folders: readonly string[]) {
    this.#places = places;
    this.#folders = folders;
  }

  /**
   * Makes a group with limits of memory (swap included) and of processes.
   * @returns undefined where the kernel or somebody's rights do not let it be made
   */
  static make(
    places: Places,
    limits: Pick<SandboxLimits, "memoryBytes" | "threads">,
  ): WorkerGroup | undefined {
    const name = `${PREFIX}${process.pid}-${randomBytes(6).toString("hex")}`;
    const parents = [...new Set([places.memory, ...(places.pids === undefined ? [] : [places.pids])])];
    const group = new WorkerGroup(
      places,
      parents.map((parent) => join(parent, name)),
    );
    try {
      for (const folder of group.#folders) mkdirSync(folder);
      group.#limit(limits);
      return group;
    } catch {
      group.#removeNow();
      return undefined;
    }
  }

  /** Puts a process into it; what it starts later is in it too. @throws {Error} the kernel's own */
  add(pid: number): void {
    for (const folder of this.#folders) writeFileSync(join(folder, "cgroup.procs"), String(pid));
  }

  /** How many of its processes the kernel ended because the group had no memory left. */
  get outOfMemory(): number {
    const file = this.#places.version === 1 ? "memory.oom_control" : "memory.events";
    return Number(/^oom_kill (\d+)$/mu.exec(read(join(this.#folders[0] ?? "", file)))?.[1] ?? 0);
  }

  /** Ends all of its processes. */
  kill(): void {
    const [folder = ""] = this.#folders;
    if (existsSync(join(folder, "cgroup.kill"))) return writeFileSync(join(folder, "cgroup.kill"), "1");
    for (const pid of read(join(folder, "cgroup.procs")).split("\n").filter(Boolean)) end(Number(pid));
  }

  /** Removes it once its processes are gone. @returns false when they do not go */
  async remove(): Promise<boolean> {
    for (let time = 0; time < REMOVALS; time++) {
      if (this.#removeNow()) return true;
      this.kill();
      await sleep(REMOVAL_PAUSE_MILLISECONDS);
    }
    return this.#removeNow();
  }

  #limit({ memoryBytes, threads }: Pick<SandboxLimits, "memoryBytes" | "threads">): void {
    const [memory = "", pids = memory] = this.#folders;
    const bytes = String(memoryBytes);
    if (this.#places.version === 1) {
      writeFileSync(join(memory, "memory.limit_in_bytes"), bytes);
      // Not there where the kernel does not count swap.
      optional(join(memory, "memory.memsw.limit_in_bytes"), bytes);
    } else {
      writeFileSync(join(memory, "memory.max"), bytes);
      optional(join(memory, "memory.swap.max"), "0");
      optional(join(memory, "memory.oom.group"), "1");
    }
    if (this.#places.pids !== undefined) optional(join(pids, "pids.max"), String(threads));
  }

  #removeNow(): boolean {
    let gone = true;
    for (const folder of this.#folders) gone = removed(folder) && gone;
    return gone;
  }
}

/** Removes groups that processes left behind which ended without closing their models. */
export function sweep({ memory, pids }: Places): void {
  for (const parent of new Set([memory, pids ?? memory])) {
    for (const name of readdirSync(parent)) {
      const pid = Number(/^modelkeep-(\d+)-[\da-f]{12}$/u.exec(name)?.[1] ?? process.pid);
      // Only an empty group can be removed: one that is in use stays.
      if (pid !== process.pid && !existsSync(`/proc/${pid}`)) removed(join(parent, name));
    }
  }
}

function optional(file: string, text: string): void {
  if (existsSync(file)) writeFileSync(file, text);
}

function removed(folder: string): boolean {
  try {
    rmdirSync(folder);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "ENOENT";
  }
}

function end(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return ""; // the group has gone
  }
}
