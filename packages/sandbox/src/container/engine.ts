import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { SandboxError } from "../error.ts";

export interface ContainerOptions {
  readonly driver: "podman" | "docker";
  /** Default the driver's name, found on PATH. */
  readonly program?: string | undefined;
  readonly runtime?: string | undefined;
  readonly image?: string | undefined;
  readonly rootfs?: string | undefined;
}

/** An engine that answers, and what of its command line it understands. */
export interface ContainerEngine {
  readonly program: string;
  /** `docker` may be podman under another name. */
  readonly dialect: "podman" | "docker";
  /** The OCI runtime that containers get. */
  readonly runtime: string;
  /** Options before the subcommand. */
  readonly before: readonly string[];
  /** Options of `run` that choose the runtime. */
  readonly run: readonly string[];
}

export interface ToolAnswer {
  readonly code: number;
  readonly out: string;
  readonly said: string;
}

const ASK_MILLISECONDS = 30_000;
const MAX_ANSWER = 2 ** 20;
/** Names of runtimes and paths of programs; no option, nothing that a shell or a template would read. */
const RUNTIME = /^[\w./][\w.+/-]{0,200}$/u;

/**
 * Looks for an engine and asks it for the runtime, so that what is missing is said by name before a model is loaded.
 * Podman: `podman info`, https://docs.podman.io/en/v4.3/markdown/podman-info.1.html
 * Docker: `docker info`, https://docs.docker.com/reference/cli/docker/system/info/
 * @throws {SandboxError} `unavailable`
 */
export async function findEngine(options: ContainerOptions): Promise<ContainerEngine> {
  const { driver, program = driver, runtime } = options;
  if (runtime !== undefined && !RUNTIME.test(runtime))
    throw unavailable(`${JSON.stringify(runtime)} is no name of an OCI runtime: write runc, crun or runsc`);
  const version = await tell(program, ["--version"]);
  if (version.code !== 0)
    throw unavailable(
      `${program} does not start (${last(version)}): install ${driver}, or choose another sandbox driver`,
    );
  const dialect = /podman/iu.test(version.out) ? "podman" : "docker";
  return dialect === "podman" ? await findPodman(program, runtime) : await findDocker(program, runtime);
}

/** Runs the engine's program and waits for its end. Nothing is thrown: an engine that is not there has code 127. */
export async function tell(
  program: string,
  words: readonly string[],
  milliseconds = ASK_MILLISECONDS,
  input?: Uint8Array,
): Promise<ToolAnswer> {
  const running = promisify(execFile)(program, words, { timeout: milliseconds, maxBuffer: MAX_ANSWER });
  // A program that is not there, or that does not want it, closes its input.
  running.child.stdin?.on("error", () => undefined).end(input);
  return await running.then(
    ({ stdout, stderr }) => ({ code: 0, out: stdout.trim(), said: stderr.trim() }),
    (error: Error & { code?: unknown; stdout?: string; stderr?: string }) => ({
      code: typeof error.code === "number" ? error.code : 127,
      out: (error.stdout ?? "").trim(),
      said: (error.stderr ?? "").trim() || error.message,
    }),
  );
}

async function findPodman(program: string, wanted: string | undefined): Promise<ContainerEngine> {
  const before = wanted === undefined ? [] : ["--runtime", wanted, ...gvisorFlags(wanted)];
  const info = await tell(program, [...before, "info", "--format", "{{.Host.OCIRuntime.Name}}"]);
  if (info.code !== 0) throw unavailable(missing(program, wanted, last(info)));
  return { program, dialect: "podman", runtime: wanted ?? info.out, before, run: [] };
}

/** gVisor does not join the network that podman made for no network; its own answer to `none` is none. */
function gvisorFlags(runtime: string): string[] {
  return isGvisor(runtime) ? ["--runtime-flag", "network=none"] : [];
}

export function isGvisor(runtime: string): boolean {
  return /(?:^|\/)runsc[^/]*$/u.test(runtime);
}

async function findDocker(program: string, wanted: string | undefined): Promise<ContainerEngine> {
  const info = await tell(program, ["info", "--format", "{{json .Runtimes}} {{json .DefaultRuntime}}"]);
  const [, list = "", standard = ""] = /^(\{.*\}) "(.*)"$/su.exec(info.out) ?? [];
  if (info.code !== 0 || list === "") {
    throw unavailable(
      `docker's daemon does not answer (${last(info)}): start it, or choose another sandbox driver`,
    );
  }
  const known = Object.keys(JSON.parse(list) as object);
  if (wanted !== undefined && !known.includes(wanted))
    throw unavailable(missing(program, wanted, `it knows ${known.join(", ")}`));
  const run = wanted === undefined ? [] : ["--runtime", wanted];
  return { program, dialect: "docker", runtime: wanted ?? standard, before: [], run };
}

function missing(program: string, wanted: string | undefined, why: string): string {
  if (wanted === undefined) return `${program} does not work (${why}): see what ${program} info says`;
  const advice = isGvisor(wanted)
    ? "install gVisor (https://gvisor.dev) and make it known to the engine"
    : "install it";
  return `${program} has no runtime ${wanted} (${why}): ${advice}, or name another (sandbox.runtime)`;
}

/** The last line of what a tool said, short enough for a message. */
export function last({ said, out }: ToolAnswer): string {
  return ((said || out).split("\n").at(-1) ?? "").slice(0, 300);
}

function unavailable(message: string): SandboxError {
  return new SandboxError("unavailable", message);
}
