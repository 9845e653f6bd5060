import { stat } from "node:fs/promises";
import { dirname } from "node:path";
import { SandboxError } from "../error.ts";
import { parentFor } from "./slots.ts";
import { Template, type TemplateOptions } from "./template.ts";

/** How long a template waits for the next model; it holds some 170 MB. */
const IDLE_MILLISECONDS = 5 * 60_000;
/** Templates of different environments at once; the longest idle one goes first. */
const MAX_IDLE = 2;

interface Entry {
  readonly key: string;
  readonly started: Promise<Template>;
  users: number;
  timer: NodeJS.Timeout | undefined;
}

/** A template that somebody uses. Disposing gives it back; it lives on for a while. */
export interface Lease extends AsyncDisposable {
  readonly template: Template;
}

/** The templates of this process, one for each environment; models of one environment share theirs. */
export class Templates {
  readonly #entries = new Map<string, Entry>();
  readonly #idleMilliseconds: number;

  constructor(idleMilliseconds = IDLE_MILLISECONDS) {
    this.#idleMilliseconds = idleMilliseconds;
  }

  /**
   * The template for an environment, started when there is none that lives.
   * @param modelFolder a model on the file system that it must reach
   * @throws {SandboxError}
   */
  async lease(options: TemplateOptions, modelFolder: string, milliseconds: number): Promise<Lease> {
    const parent = await reachable(modelFolder);
    const key = JSON.stringify([options, parent, await identityOf(options.python)]);
    const entry = await this.#living(key, () => Template.start(options, modelFolder, milliseconds));
    entry.users++;
    clearTimeout(entry.timer);
    try {
      const template = await entry.started;
      return { template, [Symbol.asyncDispose]: async () => await this.#giveBack(entry) };
    } catch (error) {
      this.#entries.delete(key);
      throw error;
    }
  }

  /** Ends every template, whoever uses it. */
  async close(): Promise<void> {
    const entries = [...this.#entries.values()];
    this.#entries.clear();
    await Promise.all(entries.map(end));
  }

  async #living(key: string, start: () => Promise<Template>): Promise<Entry> {
    const known = this.#entries.get(key);
    if (known !== undefined && (await isAlive(known))) return known;
    // Two may have come here at once.
    const now = this.#entries.get(key);
    if (now !== undefined && now !== known) return now;
    const entry: Entry = { key, started: start(), users: 0, timer: undefined };
    this.#entries.set(key, entry);
    return entry;
  }

  async #giveBack(entry: Entry): Promise<void> {
    entry.users--;
    if (entry.users > 0) return;
    if (this.#entries.get(entry.key) !== entry) return await end(entry);
    entry.timer = setTimeout(() => void this.#drop(entry), this.#idleMilliseconds);
    entry.timer.unref();
    const idle = [...this.#entries.values()].filter((one) => one.users === 0);
    for (const one of idle.slice(0, -MAX_IDLE)) await this.#drop(one);
  }

  async #drop(entry: Entry): Promise<void> {
    clearTimeout(entry.timer);
    if (this.#entries.get(entry.key) === entry) this.#entries.delete(entry.key);
    await end(entry);
  }
}

async function end(entry: Entry): Promise<void> {
  const template = await entry.started.catch(() => undefined); // one that never started has ended
  await template?.[Symbol.asyncDispose]();
}

async function isAlive(entry: Entry): Promise<boolean> {
  return await entry.started.then(
    (template) => template.alive,
    () => false,
  );
}

/** An environment that was made anew stands at the same place: a template still has the old one mounted. */
async function identityOf(python: string): Promise<string> {
  // What is not there is told by the template's start.
  const found = await stat(dirname(dirname(python))).catch(() => undefined);
  return found === undefined ? "" : `${found.dev}:${found.ino}`;
}

async function reachable(modelFolder: string): Promise<string> {
  try {
    return await parentFor(modelFolder);
  } catch (cause) {
    throw new SandboxError("unavailable", `the model's folder ${modelFolder} cannot be read`, { cause });
  }
}

/** Shared by all loaders of this process. */
export const TEMPLATES = new Templates();
