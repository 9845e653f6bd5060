import { ModelkeepError } from "@modelkeep/findings";

/** The members of one request: untrusted JSON data, read with a reason for each that is wrong. */
export class Request {
  readonly #members: ReadonlyMap<string, unknown>;

  /** @throws {ModelkeepError} `INVALID_ARGUMENT` */
  constructor(message: unknown) {
    if (typeof message !== "object" || message === null || Array.isArray(message))
      throw wrong("a request is a JSON object");
    this.#members = new Map(Object.entries(message));
  }

  /** What the answer is told apart by. */
  get id(): unknown {
    return this.#members.get("id");
  }

  get(name: string): unknown {
    return this.#members.get(name);
  }

  text(name: string): string {
    const value = this.get(name);
    if (typeof value === "string") return value;
    throw wrong(`the request's ${name} must be a text`);
  }

  optionalText(name: string): string | undefined {
    return this.get(name) === undefined ? undefined : this.text(name);
  }

  record(name: string): Readonly<Record<string, unknown>> | undefined {
    const value = this.get(name);
    if (value === undefined) return undefined;
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return { ...value };
    throw wrong(`the request's ${name} must be an object`);
  }
}

export function wrong(message: string): ModelkeepError {
  return new ModelkeepError("INVALID_ARGUMENT", message);
}
