import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type RunningGateway, startGateway } from "./gateway.ts";
import { type Ended, runProgram } from "./programs.ts";
import { demand } from "./step.ts";

/** The checkout. */
export const root = fileURLToPath(new URL("../", import.meta.url));

/** Where the two forms of the honest model are in the registry. */
export interface Registered {
  readonly run: string;
  readonly model: string;
  readonly version: string;
}

/** What the steps of the story share: one throw-away folder, one gateway, the keys. */
export class World {
  /** Throw-away folder of this telling; removed at the end. */
  readonly folder: string;
  /** Interpreter with MLflow and scikit-learn, nothing of ours. */
  readonly python: string;
  readonly adminKey = `demo-${randomBytes(24).toString("base64url")}`;
  /** The contributor's key, once it was made. */
  userKey = "";
  registered: { readonly skops: Registered; readonly cloudpickle: Registered } | undefined;
  #gateway: RunningGateway | undefined;

  private constructor(folder: string, python: string) {
    this.folder = folder;
    this.python = python;
  }

  static async make(python: string): Promise<World> {
    return new World(await mkdtemp(join(tmpdir(), "modelkeep-story-")), python);
  }

  /** Path in the throw-away folder. */
  path(...names: string[]): string {
    return join(this.folder, ...names);
  }

  get dataDir(): string {
    return this.path("data");
  }

  get url(): string {
    demand(this.#gateway !== undefined, "the gateway runs");
    return this.#gateway.url;
  }

  async startGateway(): Promise<void> {
    await mkdir(this.dataDir, { mode: 0o700 });
    const env = {
      ...this.#baseEnvironment(),
      MODELKEEP_PYTHON: this.python,
      MODELKEEP_ADMIN_KEY: this.adminKey,
    };
    this.#gateway = await startGateway(modelkeepCommand(), ["--data", this.dataDir, "--port", "0"], env);
  }

  /** @returns its exit code */
  async stopGateway(): Promise<number> {
    const gateway = this.#gateway;
    this.#gateway = undefined;
    return (await gateway?.stop()) ?? 0;
  }

  /** Runs `modelkeep` as a person with this key would. */
  modelkeep(args: readonly string[], key = this.userKey): Promise<Ended> {
    return runProgram(modelkeepCommand(), args, this.modelkeepEnvironment(key), this.folder);
  }

  modelkeepEnvironment(key = this.userKey): NodeJS.ProcessEnv {
    const env = { ...this.#baseEnvironment(), MODELKEEP_TOKEN: key, MLFLOW_TRACKING_TOKEN: key };
    if (this.#gateway === undefined) return env;
    return { ...env, MODELKEEP_GATEWAY: this.url, MLFLOW_TRACKING_URI: this.url };
  }

  /** Runs one of the client scripts. It gets the address and, unless empty, a key: nothing else of ours. */
  client(script: string, args: readonly string[], key = this.userKey): Promise<Ended> {
    const env = {
      ...this.#baseEnvironment(),
      MLFLOW_TRACKING_URI: this.url,
      ...(key === "" ? {} : { MLFLOW_TRACKING_TOKEN: key }),
      MLFLOW_DISABLE_TELEMETRY: "true",
    };
    return runProgram(this.python, [clientScript(script), ...args], env, this.folder);
  }

  async readJson(...names: string[]): Promise<unknown> {
    return JSON.parse(await readFile(this.path(...names), "utf8"));
  }

  async end(): Promise<void> {
    await this.stopGateway();
    await rm(this.folder, { recursive: true, force: true });
  }

  #baseEnvironment(): NodeJS.ProcessEnv {
    return {
      PATH: process.env["PATH"] ?? "/usr/bin:/bin",
      HOME: this.folder,
      LANG: "C.UTF-8",
      NO_COLOR: "1",
    };
  }
}

/** The command as a person calls it. */
export function modelkeepCommand(): string {
  return join(root, "packages", "modelkeep", "bin", "modelkeep");
}

export function clientScript(name: string): string {
  return join(root, "demo", "python", name);
}

/** The JSON line of a script's output; MLflow prints lines of its own around it. */
export function answerOf(ended: Ended): Record<string, unknown> {
  const line = ended.stdout.split("\n").findLast((text) => text.startsWith("{"));
  demand(line !== undefined, "the script answers in JSON", `${ended.stdout}\n${ended.stderr}`);
  return JSON.parse(line) as Record<string, unknown>;
}
