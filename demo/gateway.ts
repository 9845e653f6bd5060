import { spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { demand, StepFailed } from "./step.ts";

export interface RunningGateway {
  readonly url: string;
  /** As Ctrl-C does; settles with the exit code when it has ended. */
  stop(): Promise<number>;
}

const START_MS = 180_000;

/** Starts the real command and waits until it says that it is ready. */
export async function startGateway(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<RunningGateway> {
  const child = spawn(command, ["gateway", ...args], { env, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  }
  const ended = new Promise<number>((resolve) => child.on("close", (code) => resolve(code ?? 128)));
  let exit: number | undefined;
  void ended.then((code) => {
    exit = code;
  });
  const stop = (): Promise<number> => {
    child.kill("SIGINT");
    return ended;
  };
  try {
    const url = await readyAddress(
      () => output,
      () => exit,
    );
    return { url, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function readyAddress(output: () => string, exit: () => number | undefined): Promise<string> {
  const until = Date.now() + START_MS;
  while (Date.now() < until) {
    demand(exit() === undefined, `the gateway ended with ${exit()} before it was ready`, output());
    const url = /http:\/\/127\.0\.0\.1:\d+/u.exec(output())?.[0];
    if (url !== undefined && (await isReady(url))) return url;
    await sleep(100);
  }
  throw new StepFailed(`the gateway did not become ready in three minutes\n${output()}`);
}

async function isReady(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/modelkeep/readyz`, { signal: AbortSignal.timeout(5_000) })).ok;
  } catch {
    // Not listening yet; the caller has a deadline.
    return false;
  }
}
