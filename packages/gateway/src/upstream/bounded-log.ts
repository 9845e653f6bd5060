import { appendFileSync, renameSync, statSync } from "node:fs";

/** One log file and one older one: together at most twice the limit. */
const LIMIT_BYTES = 5_000_000;

/**
 * Appends text to a file that is turned over to `<file>.1` when it has reached its limit (bytes). What cannot be
 * written (the disk is full) is counted and told on standard error and, later, in the file: a log must not end the
 * gateway that it is about.
 */
export class BoundedLog {
  readonly file: string;
  readonly #limit: number;
  #size: number;
  #lost = 0;

  constructor(file: string, limit = LIMIT_BYTES) {
    this.file = file;
    this.#limit = limit;
    this.#size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  }

  write(text: string): void {
    try {
      this.#append(this.#lost === 0 ? text : `[${this.#lost} bytes of output could not be written]\n${text}`);
      this.#lost = 0;
    } catch (error) {
      if (this.#lost === 0)
        process.stderr.write(`modelkeep: ${this.file} cannot be written: ${String(error)}\n`);
      this.#lost += Buffer.byteLength(text);
    }
  }

  #append(text: string): void {
    if (this.#size >= this.#limit) {
      renameSync(this.file, `${this.file}.1`);
      this.#size = 0;
    }
    appendFileSync(this.file, text, { mode: 0o600 });
    this.#size += Buffer.byteLength(text);
  }
}
