import { appendFileSync, renameSync, statSync } from "node:fs";

/** One log file and one older one: together at most twice the limit. */
const LIMIT_BYTES = 5_000_000;

/** Appends text to a file that is turned over to `<file>.1` when it has reached its limit (bytes). */
export class BoundedLog {
  readonly file: string;
  readonly #limit: number;
  #size: number;

  constructor(file: string, limit = LIMIT_BYTES) {
    this.file = file;
    this.#limit = limit;
    this.#size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  }

  write(text: string): void {
    if (this.#size >= this.#limit) {
      renameSync(this.file, `${this.file}.1`);
      this.#size = 0;
    }
    appendFileSync(this.file, text, { mode: 0o600 });
    this.#size += Buffer.byteLength(text);
  }
}
