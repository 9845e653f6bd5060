import type { Snapshot } from "@modelkeep/model-io";

/** How a worker talks to the process that started it. */
export interface WorkerLink {
  /** Metrics of the other workers. */
  readonly others: () => Promise<readonly Snapshot[]>;
  /** Lets the others have this one's. */
  share(snapshot: () => Snapshot): void;
  listening(address: string): void;
  /** The link keeps this process alive no longer. */
  release(): void;
}
