import { openBubblewrap } from "./bubblewrap/driver.ts";
import { containers } from "./container/driver.ts";
import { SANDBOX_DRIVERS, type SandboxDriverName } from "./driver-names.ts";
import { SandboxError } from "./error.ts";
import type { CageDriverFactory } from "./options.ts";

/** A driver by name, as the configuration says it. */
export interface DriverChoice {
  /** Default `bubblewrap`. */
  readonly driver?: SandboxDriverName;
  /** Containers: the OCI runtime, such as `runc`, `crun` or gVisor's `runsc`; default the engine's own. */
  readonly runtime?: string;
  /** Containers: an image that is there already and brings a `python3` with MLflow; default the managed Python's files. */
  readonly image?: string;
  /** Podman: a folder that is such an image, unpacked. */
  readonly rootfs?: string;
  /** Containers: the engine's program; default the driver's name, found on PATH. */
  readonly program?: string;
}

/**
 * The driver for a choice.
 * @throws {SandboxError} `unavailable` for options that do not go together
 */
export function driverFor(choice: DriverChoice): CageDriverFactory {
  const { driver = "bubblewrap", ...options } = choice;
  if (!SANDBOX_DRIVERS.includes(driver)) {
    throw refusal(
      `there is no sandbox driver ${JSON.stringify(driver)}: choose ${SANDBOX_DRIVERS.join(", ")}`,
    );
  }
  if (driver === "bubblewrap") {
    const [given] = Object.entries(options).find(([, value]) => value !== undefined) ?? [];
    if (given === undefined) return openBubblewrap;
    throw refusal(`sandbox.${given} is for containers: choose the driver podman or docker, or leave it out`);
  }
  if (options.image !== undefined && options.rootfs !== undefined)
    throw refusal("sandbox.image and sandbox.rootfs exclude each other: leave one out");
  if (options.rootfs !== undefined && driver === "docker")
    throw refusal(
      "docker runs no folder as a container: import it as an image and name that (sandbox.image)",
    );
  return containers({ ...options, driver });
}

function refusal(message: string): SandboxError {
  return new SandboxError("unavailable", message);
}
