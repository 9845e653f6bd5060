/** What can shut workers in. `podman` and `docker` are any engine with that command line. */
export const SANDBOX_DRIVERS = ["bubblewrap", "podman", "docker"] as const;

export type SandboxDriverName = (typeof SANDBOX_DRIVERS)[number];

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
