import { FormatError } from "../context.ts";

/** Libraries put a function's body in the place of each call, and functions call functions. */
const MAX_EXPANDED = 1_000_000;
const MAX_DEPTH = 64;
const MAX_FUNCTIONS = 10_000;

/** How often each operator stands in a body, by its key. */
export type Calls = ReadonlyMap<string, number>;

/** The bodies of a model's own functions. */
export class Functions {
  readonly #bodies = new Map<string, Calls>();
  readonly #sizes = new Map<string, number>();

  /** @throws {FormatError} `ambiguous` for the second of a key, `budget` */
  define(key: string, name: string, body: Calls, offset: number): void {
    if (this.#bodies.has(key))
      throw new FormatError("ambiguous", `the function ${name} is defined twice`, offset);
    if (this.#bodies.size >= MAX_FUNCTIONS)
      throw new FormatError("budget", `more than ${MAX_FUNCTIONS} functions`, offset);
    this.#bodies.set(key, body);
  }

  /**
   * Requires that a graph stays small when every call is replaced by the body that it calls.
   * @throws {FormatError} `malformed` for a function that calls itself, `budget`
   */
  requireFinite(graph: Calls): void {
    for (const body of [graph, ...this.#bodies.values()]) this.#sizeOf(body, []);
  }

  #sizeOf(body: Calls, path: readonly string[]): number {
    let size = 0;
    for (const [key, count] of body) {
      size += count * this.#expanded(key, path);
      if (size > MAX_EXPANDED)
        throw new FormatError("budget", `the functions expand to more than ${MAX_EXPANDED} nodes`, 0);
    }
    return size;
  }

  #expanded(key: string, path: readonly string[]): number {
    const body = this.#bodies.get(key);
    if (body === undefined) return 1;
    const known = this.#sizes.get(key);
    if (known !== undefined) return known;
    if (path.includes(key)) throw new FormatError("malformed", "a function calls itself", 0);
    if (path.length >= MAX_DEPTH)
      throw new FormatError("budget", `functions call each other deeper than ${MAX_DEPTH}`, 0);
    const size = 1 + this.#sizeOf(body, [...path, key]);
    this.#sizes.set(key, size);
    return size;
  }
}
