import { SigningError, type SigningErrorCode } from "../errors.ts";
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from "./value.ts";

/** Typed reading of one JSON object, with the place in every message. */
export class Fields {
  readonly #object: JsonObject;
  readonly #where: string;
  readonly #code: SigningErrorCode;

  /** @throws {SigningError} `code` when `value` is no object */
  constructor(value: JsonValue | undefined, where: string, code: SigningErrorCode) {
    if (!isJsonObject(value)) throw new SigningError(code, `${where} is not an object`);
    this.#object = value;
    this.#where = where;
    this.#code = code;
  }

  /** Refuses fields that nothing here reads: another reader might. */
  only(...known: readonly string[]): this {
    for (const key of this.#object.keys()) {
      if (!known.includes(key)) this.fail(`has an unknown field ${JSON.stringify(key.slice(0, 64))}`);
    }
    return this;
  }

  /** How many fields there are. */
  get size(): number {
    return this.#object.size;
  }

  has(name: string): boolean {
    return this.#object.has(name);
  }

  get(name: string): JsonValue | undefined {
    return this.#object.get(name);
  }

  string(name: string): string {
    const value = this.#object.get(name);
    return typeof value === "string" ? value : this.fail(`has no text ${name}`);
  }

  /** An absent field, and one that is `null`, are the empty text: so protobuf's JSON has it. */
  optionalString(name: string): string {
    const value = this.#object.get(name) ?? "";
    return typeof value === "string" ? value : this.fail(`has a ${name} that is no text`);
  }

  boolean(name: string): boolean {
    const value = this.#object.get(name);
    return typeof value === "boolean" ? value : this.fail(`has no true or false ${name}`);
  }

  /** A whole number from 1 on, small enough to be exact. */
  positiveInteger(name: string): number {
    const value = this.#object.get(name);
    if (typeof value === "number" && Number.isSafeInteger(value) && value > 0) return value;
    return this.fail(`has no positive whole number ${name}`);
  }

  array(name: string): readonly JsonValue[] {
    const value = this.#object.get(name);
    return isJsonArray(value) ? value : this.fail(`has no list ${name}`);
  }

  optionalArray(name: string): readonly JsonValue[] {
    return this.has(name) ? this.array(name) : [];
  }

  /** A list of texts; absent is empty. */
  strings(name: string): readonly string[] {
    return this.optionalArray(name).map((value) =>
      typeof value === "string" ? value : this.fail(`has a ${name} with something else than texts`),
    );
  }

  child(name: string): Fields {
    return new Fields(this.#object.get(name), `${this.#where}.${name}`, this.#code);
  }

  fail(why: string): never {
    throw new SigningError(this.#code, `${this.#where} ${why}`);
  }
}
