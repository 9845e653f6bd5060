import { ModelkeepError } from "@modelkeep/findings";
import { nearest } from "@modelkeep/findings/nearest";

/** Reads one mapping of the trust section, with the place in every message. */
export class TrustFields {
  readonly #values: ReadonlyMap<string, unknown>;
  readonly #where: string;

  /**
   * @param known all keys there may be
   * @throws {ModelkeepError} `CONFIGURATION` for what is no mapping, and for unknown keys, with the nearest known one
   */
  constructor(value: unknown, where: string, known: readonly string[]) {
    this.#where = where;
    if (typeof value !== "object" || value === null || Array.isArray(value)) this.fail("is no mapping");
    this.#values = new Map(Object.entries(value));
    for (const key of this.#values.keys()) {
      if (known.includes(key)) continue;
      const meant = nearest(key, known);
      this.fail(
        `has an unknown key ${JSON.stringify(key)}${meant === undefined ? "" : `; did you mean ${meant}?`}`,
      );
    }
  }

  get where(): string {
    return this.#where;
  }

  has(key: string): boolean {
    return this.#values.get(key) !== undefined && this.#values.get(key) !== null;
  }

  get(key: string): unknown {
    return this.#values.get(key);
  }

  text(key: string): string | undefined {
    if (!this.has(key)) return undefined;
    const value = this.get(key);
    return typeof value === "string" && value !== "" ? value : this.fail(`has a ${key} that is no text`);
  }

  required(key: string): string {
    return this.text(key) ?? this.fail(`has no ${key}`);
  }

  /** One text or a list of them; undefined when absent. An empty list would select nothing, silently. */
  texts(key: string): readonly string[] | undefined {
    if (!this.has(key)) return undefined;
    const value = this.get(key);
    const list: readonly unknown[] = Array.isArray(value) ? value : [value];
    if (list.length === 0) this.fail(`has an empty list ${key}`);
    return list.map((one) =>
      typeof one === "string" && one !== "" ? one : this.fail(`has a ${key} with something else than texts`),
    );
  }

  /** A whole number from 1 on. */
  count(key: string): number | undefined {
    if (!this.has(key)) return undefined;
    const value = this.get(key);
    if (typeof value === "number" && Number.isSafeInteger(value) && value >= 1) return value;
    return this.fail(`has a ${key} that is no whole number above 0`);
  }

  /** A day (of UTC; its first moment, or its last) or a moment as RFC 3339 writes it. */
  date(key: string, end: "first" | "last"): Date | undefined {
    const text = this.text(key);
    if (text === undefined) return undefined;
    const isDay = /^\d{4}-\d{2}-\d{2}$/u.test(text);
    const isMoment = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,3})?(?:Z|[+-]\d{2}:\d{2})$/u.test(text);
    const date = new Date(isDay && end === "last" ? `${text}T23:59:59.999Z` : text);
    // JavaScript takes the 31st of February for a day in March.
    const exists = !Number.isNaN(date.getTime()) && (!isDay || date.toISOString().startsWith(text));
    if ((isDay || isMoment) && exists) return date;
    return this.fail(`has a ${key} that is no date: write 2026-12-31 or 2026-12-31T18:00:00Z`);
  }

  fail(what: string, cause?: unknown): never {
    throw new ModelkeepError("CONFIGURATION", `${this.#where} ${what}: see docs/trust.md`, { cause });
  }
}
