/** What {@link parseStrictJson} yields. A hostile `__proto__` is a key like any other. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject;

/** An object by its own keys alone: the part of a `ReadonlyMap` that its readers need. */
export interface JsonObject extends Iterable<readonly [string, JsonValue]> {
  readonly size: number;
  has(key: string): boolean;
  get(key: string): JsonValue | undefined;
  keys(): Iterable<string>;
}

export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return value instanceof Map || value instanceof JsonRecord;
}

export function isJsonArray(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

/** What the engine's own parser made, seen as {@link JsonValue} piece by piece: copies of all of it would cost more. */
export class JsonRecord implements JsonObject {
  readonly #record: Readonly<Record<string, unknown>>;

  /** @param record from `JSON.parse`: its keys are own properties, `__proto__` too */
  constructor(record: object) {
    this.#record = record as Readonly<Record<string, unknown>>;
  }

  get size(): number {
    return Object.keys(this.#record).length;
  }

  has(key: string): boolean {
    return Object.hasOwn(this.#record, key);
  }

  get(key: string): JsonValue | undefined {
    return this.has(key) ? seen(this.#record[key]) : undefined;
  }

  keys(): Iterable<string> {
    return Object.keys(this.#record);
  }

  *[Symbol.iterator](): Generator<readonly [string, JsonValue]> {
    for (const [key, value] of Object.entries(this.#record)) yield [key, seen(value)];
  }
}

/** Any value of `JSON.parse` as a {@link JsonValue}. */
export function seen(value: unknown): JsonValue {
  if (
    value === null ||
    typeof value === "string" ||
    typeof value === "number" ||
    typeof value === "boolean"
  ) {
    return value;
  }
  if (typeof value !== "object") throw new TypeError("no JSON");
  return Array.isArray(value) ? value.map((one) => seen(one)) : new JsonRecord(value);
}
