import { openBubblewrap } from "./bubblewrap/driver.ts";
import { containers } from "./container/driver.ts";
import { type DriverChoice, SANDBOX_DRIVERS } from "./driver-names.ts";
import { SandboxError } from "./error.ts";
import type { CageDriverFactory } from "./options.ts";

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
