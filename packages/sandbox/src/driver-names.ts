/** What can shut workers in. `podman` and `docker` are any engine with that command line. */
export const SANDBOX_DRIVERS = ["bubblewrap", "podman", "docker"] as const;

export type SandboxDriverName = (typeof SANDBOX_DRIVERS)[number];
