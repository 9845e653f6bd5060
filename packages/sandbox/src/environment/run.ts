import { spawn } from "node:child_process";
import { withAlarm } from "../alarm.ts";
import { startFailure } from "../bubblewrap/start-failure.ts";
import { OutputTail } from "../output.ts";

/** How a tool ended. */
export interface ToolEnd {
  readonly code: number | null;
  /** The end of what it wrote. */
  readonly tail: string;
}

/** A tool that writes more than this is broken. */
const MAX_OUTPUT = 16 * 2 ** 20;

/**
 * Runs a program with no environment but what is given, and waits for its end.
 * @throws {SandboxError} `unavailable` when it does not start
 */
export async function runTool(
  program: string,
  argv: readonly string[],
  milliseconds: number,
  env: Readonly<Record<string, string>> = {},
): Promise<ToolEnd> {
  const child = spawn(program, argv, { env, stdio: ["ignore", "pipe", "pipe"] });
  const kill = (): void => void child.kill("SIGKILL");
  const output = new OutputTail(MAX_OUTPUT, kill);
  child.stdout.on("data", (piece: Buffer) => output.push(piece));
  child.stderr.on("data", (piece: Buffer) => output.push(piece));
  const { promise, resolve, reject } = Promise.withResolvers<ToolEnd>();
  child.on("error", (cause) => reject(startFailure(cause.message, cause)));
  child.on("close", (code) => resolve({ code, tail: output.tail() }));
  return await withAlarm(promise, milliseconds, kill);
}
