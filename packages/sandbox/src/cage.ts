import type { Readable, Writable } from "node:stream";

/** How a caged process ended. */
export interface CageEnd {
  /** For people: `code 7`, `SIGKILL`. */
  readonly how: string;
  /** True when the cage itself could not be made: nothing of the model ran. */
  readonly notStarted: boolean;
  /** The limit for which it was ended, for people; undefined when it ended for another reason. */
  readonly exceeded?: string;
}

/** One process in one cage, whatever shut it in. */
export interface Cage {
  /** Frames to the process. */
  readonly requests: Writable;
  /** Frames from the process. */
  readonly answers: Readable;
  /** What the process prints. */
  readonly output: readonly Readable[];
  /** The process id on this side of the namespaces, where it is known. */
  readonly pid: number | undefined;
  readonly ended: Promise<CageEnd>;
  /** Ends the process and everything that it started, now. */
  kill(): void;
}
