import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { chmod, cp, mkdir, mkdtemp, readdir, realpath, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { inspectPython } from "../bubblewrap/python.ts";
import type { Cage, CageEnd } from "../cage.ts";
import type { CageDriver } from "../driver.ts";
import { SandboxError } from "../error.ts";
import type { SandboxLimits } from "../limits.ts";
import type { CageDriverFactory, SandboxedModelOptions } from "../options.ts";
import { type ContainerView, podmanArguments } from "./arguments.ts";

export interface PodmanOptions {
  /** Default `podman`, found on PATH. */
  readonly program?: string;
  /** The OCI runtime, such as `runc` or `runsc`; default the engine's own. */
  readonly runtime?: string;
}

const SYSTEM_LIBRARIES = ["/usr/lib", "/usr/lib64", "/usr/lib32", "/lib", "/lib64"];
const REMOVAL_MILLISECONDS = 30_000;
/** Podman's own codes: it failed, the command could not be run, the command is not there. */
const NOT_STARTED: ReadonlySet<number> = new Set([125, 126, 127]);

/**
 * Workers in containers of podman, one each.
 * @throws {SandboxError} `unavailable` when podman is missing
 */
export function podman({ program = "podman", runtime }: PodmanOptions = {}): CageDriverFactory {
  const engine = [program, ...(runtime === undefined ? [] : ["--runtime", runtime])];
  return async (options, limits) => {
    probe(program);
    const folder = await mkdtemp(join(tmpdir(), "modelkeep-container-"));
    try {
      return new PodmanDriver(engine, folder, await prepare(folder, options), limits);
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  };
}

type Shown = Omit<ContainerView, "name">;

/** Starts and removes the containers of one model. */
export class PodmanDriver implements CageDriver {
  readonly #engine: readonly string[];
  readonly #folder: string;
  readonly #shown: Shown;
  readonly #limits: SandboxLimits;
  readonly #running = new Map<string, Cage>();

  constructor(engine: readonly string[], folder: string, shown: Shown, limits: SandboxLimits) {
    this.#engine = engine;
    this.#folder = folder;
    this.#shown = shown;
    this.#limits = limits;
  }

  async cage(): Promise<Cage> {
    const name = `modelkeep-${randomUUID()}`;
    const [program = "podman", ...before] = this.#engine;
    const words = podmanArguments({ ...this.#shown, name }, this.#limits);
    const child = spawn(program, [...before, ...words], { stdio: ["pipe", "pipe", "pipe"] });
    const cage: Cage = {
      requests: child.stdin,
      answers: child.stdout,
      output: [child.stderr],
      pid: undefined,
      ended: endOf(child),
      kill: () => {
        // First our child, which may be about to make the container; then what it made, by its name.
        child.kill("SIGKILL");
        this.#remove(name);
      },
    };
    this.#running.set(name, cage);
    void cage.ended.then(() => this.#running.delete(name));
    return cage;
  }

  /** @returns whether no container of this name is left */
  #remove(name: string): boolean {
    const [program = "podman", ...before] = this.#engine;
    const words = [...before, "rm", "--force", "--time", "0", "--ignore", name];
    return spawnSync(program, words, { timeout: REMOVAL_MILLISECONDS }).status === 0;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const running = [...this.#running];
    for (const [, cage] of running) cage.kill();
    await Promise.all(running.map(async ([, cage]) => await cage.ended));
    // Once more: a container that was still being made when its program was killed.
    const left = running.map(([name]) => name).filter((name) => !this.#remove(name));
    await rm(this.#folder, { recursive: true, force: true });
    if (left.length > 0)
      throw new SandboxError("died", `podman did not remove ${left.join(", ")}: remove them by hand`);
  }
}

function probe(program: string): void {
  const { error } = spawnSync(program, ["--version"]);
  if (error === undefined) return;
  throw new SandboxError("unavailable", `${program} does not start: install podman and runc or crun`, {
    cause: error,
  });
}

async function prepare(folder: string, options: SandboxedModelOptions): Promise<Shown> {
  if (options.trusted === false) {
    throw new SandboxError("unavailable", "containers run the managed environment only: use bubblewrap");
  }
  const python = await inspectPython(options.python);
  const [root, model] = [join(folder, "root"), join(folder, "model")];
  for (const path of ["proc", "dev", "sys", "tmp", "run", "etc", "keep", "model", "scratch"]) {
    await mkdir(join(root, path), { recursive: true });
  }
  for (const { target, path } of python.links) {
    await mkdir(join(root, dirname(path)), { recursive: true });
    await symlink(target, join(root, path));
  }
  await cp(options.modelFolder, model, { recursive: true });
  await openToAll(model);
  return { python, root, model, libraries: await existing(SYSTEM_LIBRARIES) };
}

/** The worker is nobody, and the verified files are their owner's alone. The folder above keeps others out. */
async function openToAll(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await openToAll(path);
    else if (entry.isFile()) await chmod(path, 0o644);
  }
}

async function existing(paths: readonly string[]): Promise<string[]> {
  const seen = await Promise.all(paths.map(async (path) => await realpath(path).catch(() => undefined)));
  return paths.filter((_, index) => seen[index] !== undefined);
}

async function endOf(child: ChildProcess): Promise<CageEnd> {
  const { promise, resolve } = Promise.withResolvers<CageEnd>();
  child.once("error", (error) => resolve({ how: error.message, notStarted: true }));
  child.once("close", (code, signal) =>
    resolve({ how: signal ?? `code ${code}`, notStarted: code !== null && NOT_STARTED.has(code) }),
  );
  return await promise;
}
