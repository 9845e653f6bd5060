import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { memoryHolder } from "@modelkeep/sandbox/cgroup/groups";
import { findEngine } from "@modelkeep/sandbox/container/engine";
import { SYSCALL_TABLES } from "@modelkeep/sandbox/seccomp/syscalls";
import { type Diagnosis, failed, ok, warning } from "./diagnosis.ts";
import { namespaceAdvice } from "./machine.ts";

/** What the configuration says of the sandbox, as far as it matters here. */
export interface SandboxWishes {
  readonly driver?: "bubblewrap" | "podman" | "docker";
  readonly runtime?: string;
}

const NATIVE = "the native engine works without it";

/** Whether a user without rights, as a rule this one, can make user namespaces. */
export function checkNamespaces(program = "unshare"): Diagnosis {
  const subject = "user namespaces";
  const probe = spawnSync(program, ["--user", "--map-root-user", "true"], { encoding: "utf8" });
  if (probe.error !== undefined)
    return warning(
      subject,
      `not known: ${program} does not start`,
      "install util-linux to have it looked at",
    );
  if (probe.status === 0) return ok(subject, "can be made");
  return warning(subject, firstLine(probe.stderr), `${namespaceAdvice()} (for the sandbox: ${NATIVE})`);
}

/** Filters of kernel calls: whether this kernel takes them, and there is one for this processor. */
export function checkSeccomp(
  arch: string = process.arch,
  actions = read("/proc/sys/kernel/seccomp/actions_avail"),
): Diagnosis {
  const subject = "seccomp";
  if (!SYSCALL_TABLES.has(arch))
    return warning(subject, `no filter for ${arch}`, `use x64 or arm64 for the sandbox (${NATIVE})`);
  const missing = ["errno", "kill_process"].filter((action) => !actions.split(/\s+/u).includes(action));
  if (missing.length === 0) return ok(subject, "filters are taken");
  return warning(
    subject,
    `this kernel has no ${missing.join(", ")}`,
    `use a kernel with CONFIG_SECCOMP_FILTER, 4.14 or newer (for the sandbox: ${NATIVE})`,
  );
}

/** What holds the memory of caged workers. */
export function checkControlGroups(holder = memoryHolder()): Diagnosis {
  const subject = "control groups";
  if (holder !== "watch") return ok(subject, `${holder}: each caged worker has one`);
  return warning(
    subject,
    "none can be made: the memory of caged workers is limited by address space, and looked at ten times a second",
    "run as a service with Delegate=yes, or in a container that may write /sys/fs/cgroup",
  );
}

/** A container engine: needed when the configuration names it, else only told. */
export async function checkEngine(
  driver: "podman" | "docker",
  wishes: SandboxWishes,
  program: string = driver,
): Promise<Diagnosis> {
  const wanted = wishes.driver === driver;
  const runtime = wanted ? wishes.runtime : undefined;
  try {
    const engine = await findEngine({ driver, program, runtime });
    return ok(
      driver,
      `answers, with the runtime ${engine.runtime}${wanted ? "" : " (not the sandbox's driver)"}`,
    );
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const colon = message.lastIndexOf(": ");
    const [what, advice] = [message.slice(0, colon), message.slice(colon + 2)];
    if (wanted) return failed(driver, what, advice);
    return ok(driver, `${what} (not needed: the sandbox's driver is ${wishes.driver ?? "bubblewrap"})`);
  }
}

/** gVisor's runtime: a kernel of its own for containers. */
export function checkGvisor({ runtime }: SandboxWishes, program = "runsc"): Diagnosis {
  const subject = "gVisor";
  const { error, stdout } = spawnSync(program, ["--version"], { encoding: "utf8" });
  if (error === undefined) return ok(subject, firstLine(stdout));
  if (runtime !== undefined && /(?:^|\/)runsc/u.test(runtime))
    return failed(
      subject,
      "not installed",
      "install runsc (https://gvisor.dev), or name another sandbox.runtime",
    );
  return ok(subject, "not installed (optional: sandbox.runtime runsc)");
}

function firstLine(text: string): string {
  return text.trim().split("\n")[0] ?? "";
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return ""; // this kernel has no such file
  }
}
