/** What `src/commands/<name>.ts` exports as `command`. Heavy imports belong inside `run`: `--help` loads every command. */
export interface Command {
  /** The word on the command line; the file has the same name. */
  readonly name: string;
  /** One line for `modelkeep --help`. */
  readonly summary: string;
  /**
   * Does the work.
   * @param argv what follows the command's name
   * @returns exit code: 0 all is well, 1 something is not admitted, 2 the work could not be done
   */
  run(argv: string[]): Promise<number>;
}

/** A mistake in how the command was called. `main` prints it as one line and exits 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
  /** What the user should do, in the imperative. */
  readonly advice: string;

  constructor(message: string, advice: string) {
    super(message);
    this.advice = advice;
  }
}
