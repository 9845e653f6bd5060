import type { Cage, CageEnd } from "../cage.ts";
import type { WorkerGroup } from "../cgroup/group.ts";
import { groupFor, memoryHolder } from "../cgroup/groups.ts";
import type { CageDriver, CageInfo } from "../driver.ts";
import type { SandboxLimits } from "../limits.ts";
import type { SandboxedModelOptions } from "../options.ts";
import type { Slot } from "./slots.ts";
import { type Lease, TEMPLATES } from "./templates.ts";

/**
 * Cages of bubblewrap for one model, forked from the template of its environment.
 * @throws {SandboxError}
 */
export async function openBubblewrap(
  options: SandboxedModelOptions,
  limits: SandboxLimits,
): Promise<CageDriver> {
  const driver = new BubblewrapDriver(options, limits);
  await driver.attach();
  return driver;
}

interface Held {
  readonly lease: Lease;
  readonly slot: Slot;
}

class BubblewrapDriver implements CageDriver {
  readonly info: CageInfo = { driver: "bubblewrap", memory: memoryHolder() };
  readonly #options: SandboxedModelOptions;
  readonly #limits: SandboxLimits;
  /** One at a time: lanes that lost their worker with the template come back together. */
  #held: Promise<Held> | undefined;

  constructor(options: SandboxedModelOptions, limits: SandboxLimits) {
    this.#options = options;
    this.#limits = limits;
  }

  async attach(): Promise<Held> {
    const before = this.#held;
    if (before !== undefined && (await isAlive(before))) return await before;
    if (this.#held === before) this.#held = this.#attachAnew(before);
    return await (this.#held ?? this.#attachAnew(undefined));
  }

  async cage(): Promise<Cage> {
    const { lease, slot } = await this.attach();
    return grouped(await lease.template.fork(slot, this.#limits), this.#limits);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const held = this.#held;
    this.#held = undefined;
    await release(held);
  }

  async #attachAnew(before: Promise<Held> | undefined): Promise<Held> {
    await release(before);
    const { python, trusted = true, bubblewrap = "bwrap", modelFolder } = this.#options;
    const wanted = { python, trusted, bubblewrap };
    const lease = await TEMPLATES.lease(wanted, modelFolder, this.#limits.startMilliseconds);
    try {
      return { lease, slot: await lease.template.addModel(modelFolder) };
    } catch (error) {
      await lease[Symbol.asyncDispose]();
      throw error;
    }
  }
}

/** Puts a worker that has seen nothing of its model yet into a control group of its own. */
function grouped(cage: Cage, limits: SandboxLimits): Cage {
  const group = cage.pid === undefined ? undefined : groupFor(limits);
  if (group === undefined || cage.pid === undefined) return cage;
  try {
    group.add(cage.pid);
  } catch {
    // It has ended already, which its end tells; or the kernel does not let it be moved, and the watch holds it.
    void group.remove();
    return cage;
  }
  const kill = (): void => {
    cage.kill();
    group.kill();
  };
  return { ...cage, kill, ended: cage.ended.then(async (end) => await endOf(group, end, limits)) };
}

async function endOf(group: WorkerGroup, end: CageEnd, { memoryBytes }: SandboxLimits): Promise<CageEnd> {
  const killed = group.outOfMemory > 0;
  await group.remove();
  return killed ? { ...end, exceeded: `the model used more than ${memoryBytes} bytes of memory` } : end;
}

async function isAlive(held: Promise<Held>): Promise<boolean> {
  return await held.then(
    ({ lease }) => lease.template.alive,
    () => false,
  );
}

async function release(held: Promise<Held> | undefined): Promise<void> {
  const before = await held?.catch(() => undefined); // what never came need not be given back
  await before?.slot[Symbol.asyncDispose]();
  await before?.lease[Symbol.asyncDispose]();
}
