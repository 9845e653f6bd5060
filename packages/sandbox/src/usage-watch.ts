import { readdirSync, readFileSync } from "node:fs";

const PERIOD_MILLISECONDS = 100;
/** More processes than any worker may have. */
const MAX_PROCESSES = 4_096;

/** What a worker and all that it started use together. */
export interface Usage {
  readonly threads: number;
  /** Memory of their own, shared pages included: bytes. What is mapped from files is not counted. */
  readonly bytes: number;
}

/**
 * Looks from outside at what a worker uses, ten times a second. The kernel's own limits hold each process alone, and
 * some of them not root.
 */
export class UsageWatch {
  readonly #timer: NodeJS.Timeout;

  /** @param pid the worker's process id on this side of the namespaces: the first of its own namespace */
  constructor(pid: number, look: (usage: Usage) => void) {
    this.#timer = setInterval(() => {
      const usage = usageOf(pid);
      // The worker has gone; its exit is told by the process itself.
      if (usage === undefined) this.stop();
      else look(usage);
    }, PERIOD_MILLISECONDS);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}

/** Sums over a process and its descendants: orphans become children of the first process of a namespace. */
export function usageOf(pid: number): Usage | undefined {
  let [threads, bytes] = [0, 0];
  const open = [pid];
  for (let seen = 0; seen < MAX_PROCESSES; seen++) {
    const next = open.pop();
    if (next === undefined) break;
    const status = read(`/proc/${next}/status`);
    threads += field(status, "Threads");
    bytes += (field(status, "RssAnon") + field(status, "RssShmem")) * 1_024;
    open.push(...childrenOf(next));
  }
  return threads === 0 ? undefined : { threads, bytes };
}

function field(status: string, name: string): number {
  return Number(new RegExp(`^${name}:\\s*(\\d+)`, "mu").exec(status)?.[1] ?? 0);
}

function childrenOf(pid: number): number[] {
  const folder = `/proc/${pid}/task`;
  return list(folder).flatMap((task) =>
    read(`${folder}/${task}/children`).split(" ").filter(Boolean).map(Number),
  );
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // it has ended
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return ""; // it has ended, or this kernel has no such file
  }
}
