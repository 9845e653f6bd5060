import { type AnalysisLimits, DEFAULT_LIMITS, type ProblemCode } from "./analysis.ts";

/**
 * Thrown inside a reader when a part cannot be explained. `analyze` turns it into a `problem` fact; it never
 * leaves this package.
 */
export class FormatError extends Error {
  override readonly name = "FormatError";
  readonly code: ProblemCode;
  /** Bytes from the start of the part being read. */
  readonly offset: number;

  constructor(code: ProblemCode, message: string, offset: number, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.offset = offset;
  }
}

/** How many steps pass between two looks at the clock: a look costs about 40 ns, a step about as much. */
const STEPS_PER_CLOCK_CHECK = 65_536;

/** A clock that only goes forward. `performance` says the same, but loading it costs every start a millisecond. */
function milliseconds(): number {
  return process.uptime() * 1000;
}

/** What all nested parts of one analysis spend from together: hostile input must not multiply a limit by nesting. */
export class Budget {
  readonly limits: AnalysisLimits;
  readonly #deadline: number;
  #steps = 0;
  #nextClockCheck = STEPS_PER_CLOCK_CHECK;
  #graphBytes = 0;
  #expanded = 0;
  #members = 0;

  constructor(limits: Partial<AnalysisLimits> = {}) {
    this.limits = { ...DEFAULT_LIMITS, ...limits };
    this.#deadline = milliseconds() + this.limits.maxMilliseconds;
  }

  /** @throws {FormatError} `budget` */
  steps(count: number, offset: number): void {
    this.#steps += count;
    if (this.#steps > this.limits.maxSteps) {
      throw new FormatError("budget", `more than ${this.limits.maxSteps} steps`, offset);
    }
    if (this.#steps >= this.#nextClockCheck) {
      this.#nextClockCheck = this.#steps + STEPS_PER_CLOCK_CHECK;
      this.clock(offset);
    }
  }

  /** @throws {FormatError} `budget` */
  graphBytes(bytes: number, offset: number): void {
    this.#graphBytes += bytes;
    if (this.#graphBytes > this.limits.maxGraphBytes) {
      throw new FormatError("budget", `a graph of more than ${this.limits.maxGraphBytes} bytes`, offset);
    }
  }

  clock(offset: number): void {
    if (milliseconds() > this.#deadline) {
      throw new FormatError("budget", `more than ${this.limits.maxMilliseconds} ms`, offset);
    }
  }

  expanded(bytes: number, offset: number): void {
    this.#expanded += bytes;
    if (this.#expanded > this.limits.maxExpandedBytes) {
      throw new FormatError(
        "budget",
        `decompresses to more than ${this.limits.maxExpandedBytes} bytes`,
        offset,
      );
    }
  }

  members(count: number, offset: number): void {
    this.#members += count;
    if (this.#members > this.limits.maxMembers) {
      throw new FormatError("budget", `more than ${this.limits.maxMembers} archive members`, offset);
    }
  }
}

/** Where in the nesting a reader stands. `part` is empty for the file itself, else `outer!inner`. */
export interface ReadContext {
  readonly budget: Budget;
  readonly part: string;
  readonly depth: number;
}

export function rootContext(limits?: Partial<AnalysisLimits>): ReadContext {
  return { budget: new Budget(limits), part: "", depth: 0 };
}

/** @throws {FormatError} `budget` when archives nest deeper than the limit */
export function childContext(parent: ReadContext, member: string, offset: number): ReadContext {
  const depth = parent.depth + 1;
  if (depth > parent.budget.limits.maxDepth) {
    throw new FormatError("budget", `archives nest deeper than ${parent.budget.limits.maxDepth}`, offset);
  }
  return { budget: parent.budget, part: parent.part === "" ? member : `${parent.part}!${member}`, depth };
}
