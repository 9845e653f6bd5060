import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { createServer } from "node:net";
import { type Diagnosis, failed, ok, warning } from "./diagnosis.ts";

const WANTED_NODE = [24, 11] as const;

/** The Node that runs this. */
export function checkNode(version = process.versions.node): Diagnosis {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major > WANTED_NODE[0] || (major === WANTED_NODE[0] && minor >= WANTED_NODE[1]))
    return ok("Node", version);
  return failed(
    "Node",
    version,
    `install Node ${WANTED_NODE.join(".")} or newer, or run npm ci, which brings it`,
  );
}

/** Bubblewrap, and whether the kernel lets it make user namespaces. */
export function checkBubblewrap(program = "bwrap", platform: string = process.platform): Diagnosis {
  const subject = "bubblewrap";
  const without = "the sandbox engine is off, the native engine works";
  if (platform !== "linux")
    return warning(subject, `not on ${platform}`, `use Linux for the sandbox (${without})`);
  const probe = spawnSync(program, ["--unshare-all", "--ro-bind", "/", "/", "true"], { encoding: "utf8" });
  if (probe.error !== undefined) {
    return warning(
      subject,
      "not installed",
      `apt-get install bubblewrap, or your system's package (${without})`,
    );
  }
  if (probe.status === 0) return ok(subject, "works");
  return warning(subject, probe.stderr.trim().split("\n")[0] ?? "fails", `${namespaceAdvice()} (${without})`);
}

/** What to do where the kernel makes no user namespaces. */
export function namespaceAdvice(): string {
  if (setting("kernel/apparmor_restrict_unprivileged_userns") === "1") {
    return "allow user namespaces to bwrap with an AppArmor profile, or sysctl kernel.apparmor_restrict_unprivileged_userns=0";
  }
  if (setting("kernel/unprivileged_userns_clone") === "0") return "sysctl kernel.unprivileged_userns_clone=1";
  if (setting("user/max_user_namespaces") === "0") return "sysctl user.max_user_namespaces=15000";
  return "allow user namespaces; inside a container, its seccomp profile may forbid them";
}

function setting(name: string): string | undefined {
  try {
    return readFileSync(`/proc/sys/${name}`, "utf8").trim();
  } catch {
    // This kernel has no such switch.
    return undefined;
  }
}

/** Whether the gateway could listen there, or one of ours already does. */
export async function checkPort(port: number, host = "127.0.0.1"): Promise<Diagnosis> {
  const subject = `port ${port}`;
  const problem = await listenProblem(port, host);
  if (problem === undefined) return ok(subject, "free");
  if (problem === "EADDRINUSE" && (await answersAsModelkeep(port, host)))
    return ok(subject, "a Modelkeep gateway answers");
  if (problem === "EADDRINUSE") {
    return warning(subject, "taken by another program", "stop it, or give the gateway another --port");
  }
  return failed(subject, problem, "choose a port above 1023 with --port");
}

async function listenProblem(port: number, host: string): Promise<string | undefined> {
  const server = createServer();
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  server.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
  server.listen(port, host, () => server.close(() => resolve(undefined)));
  return await promise;
}

async function answersAsModelkeep(port: number, host: string): Promise<boolean> {
  try {
    const answer = await fetch(`http://${host}:${port}/modelkeep/healthz`, {
      signal: AbortSignal.timeout(2_000),
    });
    await answer.arrayBuffer();
    return answer.ok;
  } catch {
    // Whatever listens there is not ours; the caller says so.
    return false;
  }
}

const WANTED_BYTES = 3e9;

/** Room for the Python environment, and for models that pass. */
export async function checkDisk(folder: string): Promise<Diagnosis> {
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  const found = `${(free / 1e9).toFixed(1)} GB free`;
  if (free >= WANTED_BYTES) return ok("disk", found);
  return warning(
    "disk",
    found,
    "free some space: the Python environment takes 1 GB, quarantined models their size",
  );
}
