import type { Cage } from "./cage.ts";

/** Makes cages for one model. */
export interface CageDriver extends AsyncDisposable {
  /**
   * A new process in a cage, its libraries imported where that is possible before; the model is not loaded yet.
   * @throws {SandboxError} `unavailable`
   */
  cage(): Promise<Cage>;
}
