import type { Cage } from "./cage.ts";

/** What shuts a model's workers in, for people and logs. */
export interface CageInfo {
  readonly driver: "bubblewrap" | "podman" | "docker";
  /** The OCI runtime of containers. */
  readonly runtime?: string;
  /**
   * What holds a worker's memory, besides its address space: a control group of ours, the container engine's, or, where
   * none can be made, a watch that looks ten times a second.
   */
  readonly memory: "cgroup v1" | "cgroup v2" | "engine" | "watch";
}

/** Makes cages for one model. */
export interface CageDriver extends AsyncDisposable {
  readonly info: CageInfo;
  /**
   * A new process in a cage, its libraries imported where that is possible before; the model is not loaded yet.
   * @throws {SandboxError} `unavailable`
   */
  cage(): Promise<Cage>;
}
