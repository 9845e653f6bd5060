import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Cage, CageEnd } from "../cage.ts";
import type { CageDriver, CageInfo } from "../driver.ts";
import { SandboxError } from "../error.ts";
import type { SandboxLimits } from "../limits.ts";
import type { CageDriverFactory } from "../options.ts";
import { seccompFilter } from "../seccomp/filter.ts";
import { tableOfThisMachine } from "../seccomp/syscalls.ts";
import { encodeFrame } from "../wire/frames.ts";
import { runArguments } from "./arguments.ts";
import { type ContainerEngine, type ContainerOptions, findEngine, last, tell } from "./engine.ts";
import { prepare, type Shown } from "./prepare.ts";

/** The engines' own codes: it failed, the command could not be run, the command is not there. */
const NOT_STARTED: ReadonlySet<number> = new Set([125, 126, 127]);
/** The container's own, when it could not be shut; stands in _modelkeep_container.py too. */
const NOT_SHUT = 70;
const MAX_SETUP_BYTES = 2 ** 20;
/** A container that was still being made when its program was killed may appear a little later. */
const REMOVALS = 8;
const REMOVAL_PAUSE_MILLISECONDS = 250;

/**
 * Workers in containers, one each, of podman, docker, or what has their command line.
 * @throws {SandboxError} `unavailable` names the engine, runtime or image that is missing
 */
export function containers(options: ContainerOptions): CageDriverFactory {
  return async (model, limits) => {
    const engine = await findEngine(options);
    const folder = await mkdtemp(join(tmpdir(), "modelkeep-container-"));
    try {
      const shown = await prepare(folder, engine, { ...options, ...model });
      return new ContainerDriver(engine, folder, shown, limits);
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  };
}

/** Starts and removes the containers of one model. */
export class ContainerDriver implements CageDriver {
  readonly info: CageInfo;
  readonly #engine: ContainerEngine;
  readonly #folder: string;
  readonly #shown: Shown;
  readonly #limits: SandboxLimits;
  readonly #label = randomUUID();
  readonly #running = new Set<Cage>();
  readonly #forget: () => void;
  #started = false;

  constructor(engine: ContainerEngine, folder: string, shown: Shown, limits: SandboxLimits) {
    this.#engine = engine;
    this.#folder = folder;
    this.#shown = shown;
    this.#limits = limits;
    this.info = { driver: engine.dialect, runtime: engine.runtime, memory: "engine" };
    const atExit = (): void => this.#removeNow();
    process.once("exit", atExit);
    this.#forget = () => process.off("exit", atExit);
  }

  async cage(): Promise<Cage> {
    const name = `modelkeep-${randomUUID()}`;
    const words = runArguments(this.#engine, { ...this.#shown, name, label: this.#label }, this.#limits);
    this.#started = true;
    const child = spawn(this.#engine.program, words, { stdio: ["pipe", "pipe", "pipe"] });
    child.stdin.on("error", () => undefined); // its end tells more
    child.stdin.write(this.#setup());
    const cage: Cage = {
      requests: child.stdin,
      answers: child.stdout,
      output: [child.stderr],
      pid: undefined,
      ended: endOf(child),
      kill: () => {
        // First our child, which may be about to make the container; then what it made, by its name.
        child.kill("SIGKILL");
        void this.#tell(["rm", "--force", name]);
      },
    };
    this.#running.add(cage);
    void cage.ended.then(() => this.#running.delete(cage));
    return cage;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const running = [...this.#running];
    for (const cage of running) cage.kill();
    await Promise.all(running.map(async (cage) => await cage.ended));
    const left = this.#started ? await this.#removeAll() : [];
    this.#forget();
    await rm(this.#folder, { recursive: true, force: true });
    if (left.length > 0) {
      const { dialect } = this.#engine;
      throw new SandboxError("died", `${dialect} did not remove ${left.join(", ")}: remove them by hand`);
    }
  }

  /** What a worker is told before anything else: its limits, and the filter of kernel calls that it takes. */
  #setup(): Buffer {
    const filter = Buffer.from(seccompFilter(tableOfThisMachine())).toString("hex");
    const site = this.#shown.host?.python.trusted === false;
    return encodeFrame({ limits: this.#limits, filter, site }, [], MAX_SETUP_BYTES);
  }

  /** @returns the names that are left */
  async #removeAll(): Promise<readonly string[]> {
    let left = await this.#list();
    for (let time = 0; time < REMOVALS && left.length > 0; time++) {
      await this.#tell(["rm", "--force", ...left]);
      left = await this.#list();
      if (left.length > 0) await sleep(REMOVAL_PAUSE_MILLISECONDS);
    }
    return left;
  }

  async #list(): Promise<readonly string[]> {
    const words = [
      "ps",
      "--all",
      "--filter",
      `label=modelkeep.cage=${this.#label}`,
      "--format",
      "{{.Names}}",
    ];
    const { code, out, said } = await this.#tell(words);
    if (code === 0) return out.split("\n").filter(Boolean);
    throw new SandboxError(
      "died",
      `${this.#engine.dialect} does not say which containers are left (${last({ code, out, said })})`,
    );
  }

  async #tell(words: readonly string[]): ReturnType<typeof tell> {
    return await tell(this.#engine.program, [...this.#engine.before, ...words]);
  }

  /** When this process ends without closing the model: a hanging container would live on. */
  #removeNow(): void {
    const { program, before } = this.#engine;
    if (this.#running.size === 0) return;
    const filter = `label=modelkeep.cage=${this.#label}`;
    const { stdout } = spawnSync(program, [...before, "ps", "-aq", "--filter", filter], { encoding: "utf8" });
    const left = stdout.split("\n").filter(Boolean);
    if (left.length > 0) spawnSync(program, [...before, "rm", "--force", ...left]);
  }
}

async function endOf(child: ChildProcess): Promise<CageEnd> {
  const { promise, resolve } = Promise.withResolvers<CageEnd>();
  child.once("error", (error) => resolve({ how: error.message, notStarted: true }));
  child.once("close", (code, signal) => {
    const notStarted = code === NOT_SHUT || (code !== null && NOT_STARTED.has(code));
    resolve({ how: signal ?? described(code), notStarted });
  });
  return await promise;
}

function described(code: number | null): string {
  return code === 137 ? "code 137: the engine killed it, for its memory as a rule" : `code ${code}`;
}
