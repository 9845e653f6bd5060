import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { ModelkeepError } from "@modelkeep/findings";
import { upstreamEnvironment } from "./server-environment.ts";

/** One running MLflow server. */
export interface MlflowProcess {
  readonly pid: number;
  readonly port: number;
  /** Settles when it has ended, for whatever reason. */
  readonly ended: Promise<void>;
  /** Ends the whole process group; settles when it is gone. */
  stop(): Promise<void>;
}

export interface ChildOptions {
  readonly python: string;
  /** MLflow's own folder: database, artifacts. */
  readonly folder: string;
  readonly token: string;
  readonly workers: number;
  /** 0: any free one. */
  readonly port: number;
  readonly onStep: (step: string) => void;
  readonly onOutput: (text: string) => void;
}

const START_MS = 180_000;
const STOP_MS = 8_000;

/**
 * Starts MLflow in a process group of its own and waits until it is about to serve.
 * @throws ModelkeepError UNAVAILABLE with the last line it wrote
 */
export async function startChild(options: ChildOptions): Promise<MlflowProcess> {
  const script = fileURLToPath(new URL("../../src/upstream/mlflow_server.py", import.meta.url));
  const args = [script, "--data", options.folder, "--workers", `${options.workers}`];
  const child = spawn(options.python, [...args, "--port", `${options.port}`], {
    cwd: options.folder,
    env: upstreamEnvironment(process.env, options.folder, options.token),
    // Its own group, so that a Ctrl-C in the terminal reaches the gateway alone, which then ends MLflow in order.
    detached: true,
    stdio: ["pipe", "pipe", "pipe", "pipe"],
  });
  let tail = "";
  const output = (text: string): void => {
    tail = (tail + text).slice(-4_000);
    options.onOutput(text);
  };
  child.stdout?.setEncoding("utf8").on("data", output);
  child.stderr?.setEncoding("utf8").on("data", output);
  const ended = new Promise<void>((resolve) => {
    child.once("close", () => resolve());
    child.once("error", () => resolve());
  });
  try {
    const port = await announcedPort(child, ended, options.onStep);
    return { pid: pidOf(child), port, ended, stop: () => stopGroup(child, ended) };
  } catch (cause) {
    await stopGroup(child, ended);
    throw new ModelkeepError("UNAVAILABLE", startFailure(options.python, tail), { cause });
  }
}

function pidOf(child: ChildProcess): number {
  if (child.pid === undefined) throw new Error("the process did not start");
  return child.pid;
}

async function announcedPort(
  child: ChildProcess,
  ended: Promise<void>,
  onStep: (step: string) => void,
): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  child.once("error", reject);
  void ended.then(() => reject(new Error("ended before it served")));
  const timer = setTimeout(() => reject(new Error("took too long to start")), START_MS);
  // The fourth pipe is a stream for reading in practice; its type knows only "some stream or none".
  const lines = createInterface({ input: child.stdio[3] as Readable });
  lines.on("line", (line) => {
    const message = parseMessage(line);
    if (message === undefined) reject(new Error("its announcement is not understood"));
    else if ("step" in message) onStep(message.step);
    else resolve(message.port);
  });
  return await promise.finally(() => clearTimeout(timer));
}

function parseMessage(line: string): { step: string } | { port: number } | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  if ("step" in value && typeof value.step === "string") return { step: value.step };
  if ("port" in value && typeof value.port === "number") return { port: value.port };
  return undefined;
}

async function stopGroup(child: ChildProcess, ended: Promise<void>): Promise<void> {
  if (child.pid === undefined) return;
  signalGroup(child.pid, "SIGTERM");
  const timer = setTimeout(() => signalGroup(child.pid ?? 0, "SIGKILL"), STOP_MS);
  await ended.finally(() => clearTimeout(timer));
  // The leader is gone; a worker that outlived it is ended with the group.
  signalGroup(child.pid, "SIGKILL");
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  if (pid <= 1) return;
  try {
    process.kill(-pid, signal);
  } catch (error) {
    // No such group: all of it has ended already.
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}

function startFailure(python: string, tail: string): string {
  const last = tail.trim().split("\n").at(-1) ?? "";
  if (/ModuleNotFoundError|ImportError/u.test(last)) {
    const folder = python.replace(/\/bin\/python$/u, "");
    return `the Python environment is broken (${last}): remove ${folder} and start again`;
  }
  return `MLflow did not start (${last || "it wrote nothing"}): read mlflow/server.log in the data folder`;
}
