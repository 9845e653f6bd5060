import { spawnSync } from "node:child_process";
import type { DriverChoice } from "@modelkeep/sandbox";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A sandbox that tests run in; `missing` says why this machine has none such: its tests are skipped, not passed. */
export interface TestedSandbox {
  readonly name: string;
  readonly driver: DriverChoice;
  readonly missing: string | undefined;
}

/**
 * Bubblewrap, which is never skipped, and containers: those that MODELKEEP_TEST_CONTAINERS names (`podman:runc
 * docker:runsc`, each of which must be there), else podman with the first runtime that starts here.
 */
export function sandboxesToTest(): readonly TestedSandbox[] {
  const named = process.env["MODELKEEP_TEST_CONTAINERS"]?.split(/\s+/u).filter(Boolean);
  const bubblewrap = { name: "bubblewrap", driver: {}, missing: undefined };
  if (named === undefined) return [bubblewrap, anyPodman()];
  return [bubblewrap, ...named.map((text) => ({ name: text, driver: choiceOf(text), missing: undefined }))];
}

function choiceOf(text: string): DriverChoice {
  const [driver, runtime] = text.split(":");
  if (driver !== "podman" && driver !== "docker") throw new Error(`${text} names no container engine`);
  return runtime === undefined || runtime === "" ? { driver } : { driver, runtime };
}

function anyPodman(): TestedSandbox {
  if (spawnSync("podman", ["--version"]).error !== undefined)
    return { name: "podman", driver: { driver: "podman" }, missing: "podman is not installed" };
  const reasons: string[] = [];
  for (const runtime of [undefined, "crun", "runc"]) {
    const driver: DriverChoice = { driver: "podman", ...(runtime === undefined ? {} : { runtime }) };
    const problem = problemOf(runtime);
    if (problem === undefined)
      return { name: `podman (${runtime ?? "its own runtime"})`, driver, missing: undefined };
    reasons.push(`${runtime ?? "its own runtime"}: ${problem}`);
  }
  return {
    name: "podman",
    driver: { driver: "podman" },
    missing: `podman starts no container here (${reasons.join("; ")})`,
  };
}

/**
 * Why podman starts no container; undefined when it does. Asked in podman's own words, not in our driver's: where this
 * works, ours must.
 */
function problemOf(runtime: string | undefined): string | undefined {
  const root = mkdtempSync(join(tmpdir(), "probe-"));
  try {
    const before = runtime === undefined ? [] : ["--runtime", runtime];
    const limits = ["--ulimit", "nofile=64:64", "--ulimit", "nproc=64:64"];
    const shown = ["/usr", "/bin", "/lib", "/lib64"]
      .filter(existsSync)
      .flatMap((path) => ["-v", `${path}:${path}:ro`]);
    const words = ["run", "--rm", "--network", "none", ...limits, ...shown, "--rootfs", root, "/bin/true"];
    const { status, stderr } = spawnSync("podman", [...before, ...words], { encoding: "utf8" });
    return status === 0 ? undefined : stderr.trim().slice(-200);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}
