import type { Directory } from "../state/directory.ts";

/** Remembers which keys were used and writes it down now and then: a write for each request would cost a commit. */
export class LastUsed {
  readonly #directory: Directory;
  readonly #used = new Map<string, number>();

  constructor(directory: Directory) {
    this.#directory = directory;
  }

  touch(keyId: string): void {
    this.#used.set(keyId, Date.now());
  }

  /** Writes what was noted since the last time. */
  async flush(): Promise<void> {
    const used = [...this.#used];
    this.#used.clear();
    for (const [keyId, at] of used) await this.#directory.setLastUsed(keyId, at);
  }
}
